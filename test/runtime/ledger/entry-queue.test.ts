import { EntryQueue } from '../../../runtime/ledger/entry-queue';
import { entries, entry } from '../../support/ledger-builder';

describe('EntryQueue', () => {
  it('gives entries in order, and takes back what it gave', () => {
    const queue = new EntryQueue(10);
    const all = entries(1, 4);
    for (const one of all) queue.push(one);
    const taken = queue.take(3);
    expect(taken).toEqual(all.slice(0, 3));
    expect(queue.lowestSeq).toBe(4);
    queue.unshift(taken);
    expect(queue.take(10)).toEqual(all);
    expect([queue.length, queue.lowestSeq, queue.oldestAtMs]).toEqual([0, null, null]);
  });

  it('adds entries up beyond its bound', () => {
    const queue = new EntryQueue(3);
    for (const one of entries(1, 4)) queue.push(one);
    expect(queue.length).toBe(1);
    expect(queue.compacted).toBe(3);
  });

  it('says which call may still be in it after entries were added up', () => {
    const queue = new EntryQueue(3);
    for (const [index, keyId] of ['a', 'b', 'a', 'a'].entries()) {
      queue.push(entry(index + 1, { keyId }));
    }
    queue.push(entry(5));
    expect(queue.take(1).map(({ seq }) => seq)).toEqual([2]);
    expect(queue.lowestSeq).toBe(1);
    queue.take(1);
    expect(queue.lowestSeq).toBe(5);
  });

  it('does not add up again at each entry where all payers differ', () => {
    const queue = new EntryQueue(2);
    for (let seq = 1; seq <= 50; seq += 1) queue.push(entry(seq, { keyId: String(seq) }));
    expect(queue.length).toBe(50);
    expect(queue.compacted).toBe(0);
  });
});
