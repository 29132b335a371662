import { MemorySpool } from '../../../runtime/ledger/memory-spool';
import { entries, entry, PARTITION } from '../../support/ledger-builder';
import { describeSpool } from './spool.contract';

describeSpool('MemorySpool', {
  createSpool: () => Promise.resolve(new MemorySpool(PARTITION, { mostEntries: 10 })),
});

describe('MemorySpool', () => {
  it('adds entries up beyond its bound', () => {
    const spool = new MemorySpool(PARTITION, { mostEntries: 10 });
    for (const one of entries(1, 11)) spool.append(one);
    expect(spool.status).toMatchObject({ home: 'memory', pendingEntries: 1, compactedEntries: 10 });
  });

  it('confirms no entry before all that it was added to is stored', async () => {
    const spool = new MemorySpool(PARTITION, { mostEntries: 2000 });
    let confirmed = 0;
    void spool.appendDurably(entry(1, { keyId: 'late' })).then(() => (confirmed += 1));
    // As many payers as one batch takes, then one more entry of the first payer, and one beyond the bound.
    for (let seq = 2; seq <= 2001; seq += 1) spool.append(entry(seq, { keyId: String(seq) }));
    spool.append(entry(2002, { keyId: 'late' }));
    for (let seq = 2003; seq <= 4002; seq += 1) spool.append(entry(seq, { keyId: 'late' }));
    const first = await spool.next();
    expect(first?.entries).toHaveLength(2000);
    if (first !== null) await spool.acknowledge(first);
    expect(confirmed).toBe(0);
    const second = await spool.next();
    if (second !== null) await spool.acknowledge(second);
    expect(confirmed).toBe(1);
  });
});
