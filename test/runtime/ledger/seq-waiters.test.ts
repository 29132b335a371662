import { SeqWaiters } from '../../../runtime/ledger/seq-waiters';

describe('SeqWaiters', () => {
  it('releases those up to the number, and keeps the others', async () => {
    const waiters = new SeqWaiters();
    const released: number[] = [];
    const all = [3, 1, 2].map((seq) => waiters.wait(seq).then(() => released.push(seq)));
    waiters.release(2);
    await Promise.resolve();
    expect(released).toEqual([1, 2]);
    expect(waiters.size).toBe(1);
    waiters.release(3);
    await Promise.all(all);
    expect(released).toEqual([1, 2, 3]);
  });
});
