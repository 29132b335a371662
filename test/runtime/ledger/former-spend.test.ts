import { FormerSpend } from '../../../runtime/ledger/former-spend';
import type { SpendScope } from '../../../runtime/ledger/ledger-entry';
import { entry } from '../../support/ledger-builder';

const FIRST = { partition: { region: 'eu', boot: 'former' }, numbers: { first: 1, last: 1 } };
const SECOND = { ...FIRST, numbers: { first: 2, last: 2 } };

function scope(given: Partial<SpendScope> = {}): SpendScope {
  return { kind: 'key', id: 'key', group: null, sinceMs: 0, region: null, ...given };
}

describe('FormerSpend', () => {
  it('adds up what waits, unit by unit, and forgets a unit that is stored', () => {
    const former = new FormerSpend();
    former.add(FIRST, [entry(1, { microDollars: 5 }), entry(2, { microDollars: 7 })]);
    former.add(SECOND, [entry(3, { microDollars: 11, group: 'other' })]);
    expect(former.read(scope())).toBe(23);
    expect(former.read(scope({ group: 'other' }))).toBe(11);
    former.remove(FIRST);
    expect(former.read(scope())).toBe(11);
    former.remove(SECOND);
    former.remove(SECOND);
    expect(former.read(scope())).toBe(0);
  });

  it('counts what ended in the window, in the region that is asked for', () => {
    const former = new FormerSpend();
    former.add(FIRST, [
      entry(1, { microDollars: 5, endedAtMs: 100 }),
      entry(2, { microDollars: 7, endedAtMs: 200 }),
    ]);
    expect(former.read(scope({ sinceMs: 150 }))).toBe(7);
    expect(former.read(scope({ region: 'eu' }))).toBe(12);
    expect(former.read(scope({ region: 'us' }))).toBe(0);
    expect(former.read(scope({ id: 'stranger' }))).toBe(0);
  });
});
