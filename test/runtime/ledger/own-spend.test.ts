import { MEMBER_SEPARATOR } from '../../../runtime/ledger/ledger-entry';
import type { SpendScope } from '../../../runtime/ledger/ledger-entry';
import { OwnSpend } from '../../../runtime/ledger/own-spend';
import { spend } from '../../support/ledger-builder';

function scope(given: Partial<SpendScope> = {}): SpendScope {
  return { kind: 'key', id: 'key', group: null, sinceMs: 0, region: null, ...given };
}

function at(endedAtMs: number, microDollars = 1): ReturnType<typeof spend> {
  return spend({ endedAtMs, microDollars });
}

describe('OwnSpend', () => {
  it('tells what key, user, team and member spent, in one group or in all', () => {
    const own = new OwnSpend('eu');
    const payer = { userId: 'user', teamId: 'team' };
    own.record(spend({ ...payer, microDollars: 5 }));
    own.record(spend({ ...payer, microDollars: 7, group: 'other' }));
    const member = `team${MEMBER_SEPARATOR}user`;
    for (const [kind, id] of [
      ['key', 'key'],
      ['user', 'user'],
      ['team', 'team'],
      ['member', member],
    ] as const) {
      expect(own.read(scope({ kind, id }))).toBe(12);
      expect(own.read(scope({ kind, id, group: 'other' }))).toBe(7);
    }
    expect(own.read(scope({ id: 'stranger' }))).toBe(0);
  });

  it('knows nothing of other regions', () => {
    const own = new OwnSpend('eu');
    own.record(at(1));
    expect(own.read(scope({ region: 'eu' }))).toBe(1);
    expect(own.read(scope({ region: 'us' }))).toBe(0);
  });

  it('counts what ended in the window, before the first question and after it', () => {
    const own = new OwnSpend('eu');
    for (const endedAtMs of [100, 200, 300]) own.record(at(endedAtMs));
    expect(own.read(scope({ sinceMs: 200 }))).toBe(2);
    own.record(at(400));
    own.record(at(150));
    expect(own.read(scope({ sinceMs: 200 }))).toBe(3);
    expect(own.read(scope({ sinceMs: 500 }))).toBe(0);
    own.record(at(500));
    expect(own.read(scope({ sinceMs: 500 }))).toBe(1);
  });

  it('counts too much rather than too little where it cannot tell calls apart any more', () => {
    const own = new OwnSpend('eu');
    for (let endedAtMs = 1; endedAtMs <= 1_000; endedAtMs += 1) own.record(at(endedAtMs));
    expect(own.read(scope({ sinceMs: 990 }))).toBe(11);
    expect(own.read(scope({ sinceMs: 500 }))).toBe(1_000);
  });
});
