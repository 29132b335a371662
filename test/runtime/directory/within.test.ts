import { within } from '../../../runtime/directory/within';
import { ManualClock } from '../../support/manual-clock';

describe('within', () => {
  it('passes on a result that comes in time, and waits for nothing more', async () => {
    const clock = new ManualClock();
    await expect(within(clock, 100, () => Promise.resolve('result'))).resolves.toBe('result');
    expect(clock.waiting).toBe(0);
  });

  it('passes on a failure', async () => {
    const clock = new ManualClock();
    const failure = within(clock, 100, () => Promise.reject(new Error('refused')));
    await expect(failure).rejects.toThrow('refused');
    expect(clock.waiting).toBe(0);
  });

  it('rejects when nothing comes in time', async () => {
    const clock = new ManualClock();
    const never = within(clock, 100, () => new Promise(() => undefined));
    clock.advance(100);
    await expect(never).rejects.toThrow('no answer within 100 ms');
  });
});
