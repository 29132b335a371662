import { Ledger } from '../../../runtime/ledger/ledger';
import { MemorySpool } from '../../../runtime/ledger/memory-spool';
import { PARTITION, spend } from '../../support/ledger-builder';

describe('Ledger', () => {
  it('numbers what is recorded without gaps, and hands it on', async () => {
    const spool = new MemorySpool(PARTITION);
    const ledger = new Ledger(spool);
    ledger.record(spend({ callId: 'a' }));
    void ledger.recordDurably(spend({ callId: 'b' }));
    expect(ledger.partition).toEqual(PARTITION);
    expect(await spool.next()).toMatchObject({
      entries: [
        { callId: 'a', seq: 1, calls: 1 },
        { callId: 'b', seq: 2, calls: 1 },
      ],
    });
  });

  it('knows what it spent itself, stored or not', () => {
    const ledger = new Ledger(new MemorySpool(PARTITION));
    ledger.record(spend({ microDollars: 5 }));
    const scope = { kind: 'key', id: 'key', group: null, sinceMs: 0, region: 'eu' } as const;
    expect(ledger.ownSpend(scope)).toBe(5);
  });

  it('counts what former boots spent and left to be stored', () => {
    const spool = new MemorySpool(PARTITION);
    spool.formerSpend = () => 7;
    const ledger = new Ledger(spool);
    ledger.record(spend({ microDollars: 5 }));
    const scope = { kind: 'key', id: 'key', group: null, sinceMs: 0, region: null } as const;
    expect(ledger.ownSpend(scope)).toBe(12);
  });

  it('confirms a durable record once it is safe', async () => {
    const spool = new MemorySpool(PARTITION);
    const safe = new Ledger(spool).recordDurably(spend());
    const batch = await spool.next();
    if (batch !== null) await spool.acknowledge(batch);
    await expect(safe).resolves.toBeUndefined();
  });
});
