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

  it('tells what was spent in all and for each end user, where there are budgets for it', () => {
    const own = new OwnSpend('eu', ['gateway', 'end_user']);
    own.record(spend({ endUser: 'ann', microDollars: 5 }));
    own.record(spend({ keyId: null, microDollars: 7 }));
    expect(own.read(scope({ kind: 'gateway', id: 'all' }))).toBe(12);
    expect(own.read(scope({ kind: 'end_user', id: 'ann' }))).toBe(5);
    expect(own.read(scope({ kind: 'end_user', id: 'bob' }))).toBe(0);
    const without = new OwnSpend('eu');
    without.record(spend({ endUser: 'ann', microDollars: 5 }));
    expect(without.read(scope({ kind: 'gateway', id: 'all' }))).toBe(0);
  });

  it('has one purse for all end users beyond so many, so that new names buy nothing', () => {
    const own = new OwnSpend('eu', ['end_user']);
    const read = (id: string): number => own.read(scope({ kind: 'end_user', id }));
    for (let number = 0; number < 100_000; number += 1) read(`user ${number}`);
    own.record(spend({ endUser: 'user 0', microDollars: 3 }));
    own.record(spend({ endUser: 'late', microDollars: 5 }));
    own.record(spend({ endUser: 'later', microDollars: 7 }));
    expect([read('user 0'), read('late'), read('latest')]).toEqual([3, 12, 12]);
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
