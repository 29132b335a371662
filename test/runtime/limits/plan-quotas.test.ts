import { planBudgets } from '../../../runtime/limits/plan-budgets';
import { hasBounds, planQuotas } from '../../../runtime/limits/plan-quotas';
import type { BudgetView } from '../../../runtime/limits/plan-budgets';
import type { PlannedQuota } from '../../../runtime/limits/plan-quotas';
import { aCaller, aTeam, aUser } from './a-caller';
import type { KeyCaller } from './a-caller';

const CREATED_MS = 1_700_000_000_000;
const WALL_MS = CREATED_MS + 90_500;

const VIEW: BudgetView = {
  selectSpent: () => 7,
  selectShare: (_, microDollars) => ({ microDollars, givenMicroDollars: 0 }),
};

function plan(caller: KeyCaller, view = VIEW): readonly PlannedQuota[] {
  const budgets = planBudgets(caller, 'gpt-4o', { wallMs: WALL_MS, region: null });
  const demand = { group: 'gpt-4o', tokens: 50, microDollars: 20, completionCapTokens: null };
  return planQuotas(caller, demand, { wallMs: WALL_MS, budgets, view });
}

describe('hasBounds', () => {
  it('finds nothing to count for the administrator, without keys, and for keys without bounds', () => {
    expect(hasBounds({ kind: 'master' }, 'gpt-4o')).toBe(false);
    expect(hasBounds({ kind: 'open' }, 'gpt-4o')).toBe(false);
    expect(hasBounds(aCaller({}, { user: aUser(), team: aTeam() }), 'gpt-4o')).toBe(false);
  });

  it('finds a bound of the key, of one of its models, of the user, the team and the member', () => {
    expect(hasBounds(aCaller({ rpmLimit: 1 }), 'gpt-4o')).toBe(true);
    expect(hasBounds(aCaller({ softBudgetDollars: 1 }), 'gpt-4o')).toBe(true);
    expect(hasBounds(aCaller({ modelTpmLimit: { 'gpt-4o': 5 } }), 'gpt-4o')).toBe(true);
    expect(hasBounds(aCaller({ modelTpmLimit: { 'gpt-4o': 5 } }), 'constructor')).toBe(false);
    expect(hasBounds(aCaller({}, { user: aUser({ tpmLimit: 1 }) }), 'gpt-4o')).toBe(true);
    expect(hasBounds(aCaller({}, { team: aTeam({ tpmLimit: 1 }) }), 'gpt-4o')).toBe(true);
    const members = [{ userId: 'u1', role: 'user', maxBudgetDollars: 1 }] as const;
    const team = aTeam({ members });
    expect(hasBounds(aCaller({ userId: 'u1' }, { team }), 'gpt-4o')).toBe(true);
    expect(hasBounds(aCaller({ userId: 'u2' }, { team }), 'gpt-4o')).toBe(false);
  });
});

describe('planQuotas', () => {
  it('counts requests and tokens by the minute, and places without end', () => {
    const caller = aCaller({ rpmLimit: 3, tpmLimit: 1000, maxParallelRequests: 2 });
    const minute = Math.floor(WALL_MS / 60_000);
    const inMinute = { kind: 'window', window: minute, windowEndsMs: (minute + 1) * 60_000 };
    expect(plan(caller).map(({ quota }) => quota)).toEqual([
      { id: 'key:k1:rpm', limit: 3, amount: 1, known: 0, ...inMinute },
      { id: 'key:k1:tpm', limit: 1000, amount: 50, known: 0, ...inMinute },
      {
        id: 'key:k1:parallel',
        kind: 'concurrent',
        limit: 2,
        amount: 1,
        window: 0,
        windowEndsMs: null,
        known: 0,
      },
    ]);
  });

  it('counts for key, model, user and team apart', () => {
    const caller = aCaller(
      { rpmLimit: 3, modelRpmLimit: { 'gpt-4o': 2, other: 1 }, modelTpmLimit: { 'gpt-4o': 9 } },
      { user: aUser({ rpmLimit: 4 }), team: aTeam({ rpmLimit: 5 }) },
    );
    expect(plan(caller).map(({ quota: { id, limit } }) => [id, limit])).toEqual([
      ['key:k1:rpm', 3],
      ['user:u1:rpm', 4],
      ['team:t1:rpm', 5],
      ['key:k1:rpm:gpt-4o', 2],
      ['key:k1:tpm:gpt-4o', 9],
    ]);
  });

  it('counts rotations of a key as one', () => {
    const [quota] = plan(aCaller({ id: 'k2', accountId: 'k1', rpmLimit: 3 }));
    expect(quota?.quota.id).toBe('key:k1:rpm');
  });

  it('counts a budget from what is known, in windows since the owner was made', () => {
    const caller = aCaller({ maxBudgetDollars: 0.5, budgetSeconds: 60, createdAtMs: CREATED_MS });
    expect(plan(caller)).toEqual([
      {
        measure: 'budget',
        owner: { kind: 'key', name: 'sk-...Y3mA' },
        group: null,
        whole: 500_000,
        quota: {
          id: 'key:k1:budget',
          kind: 'window',
          limit: 500_000,
          amount: 20,
          window: 1,
          windowEndsMs: CREATED_MS + 120_000,
          known: 7,
        },
      },
    ]);
  });

  it('holds a region to its share, and counts what it gave away as used', () => {
    const view: BudgetView = {
      ...VIEW,
      selectShare: () => ({ microDollars: 100, givenMicroDollars: 30 }),
    };
    const [planned] = plan(aCaller({ maxBudgetDollars: 1 }), view);
    expect(planned).toMatchObject({ whole: 1_000_000, quota: { limit: 100, known: 37 } });
  });

  it('lets a team pay for its keys in place of the user, and bounds the member', () => {
    const members = [{ userId: 'u1', role: 'user', maxBudgetDollars: 2 }] as const;
    const user = aUser({ maxBudgetDollars: 1 });
    const team = aTeam({ maxBudgetDollars: 3, members });
    const ids = (caller: KeyCaller): unknown =>
      plan(caller).map(({ quota: { id, limit } }) => [id, limit]);
    expect(ids(aCaller({ userId: 'u1' }, { user }))).toEqual([['user:u1:budget', 1_000_000]]);
    expect(ids(aCaller({ userId: 'u1' }, { user, team }))).toEqual([
      ['team:t1:budget', 3_000_000],
      ['member:t1\u001fu1:budget', 2_000_000],
    ]);
  });

  it('reserves nothing for a soft budget', () => {
    const caller = aCaller({ softBudgetDollars: 1 });
    expect(plan(caller)).toEqual([]);
    const [budget] = planBudgets(caller, 'gpt-4o', { wallMs: WALL_MS, region: 'eu' });
    expect(budget).toMatchObject({
      softMicroDollars: 1_000_000,
      limitMicroDollars: null,
      scope: { kind: 'key', id: 'k1', group: null, sinceMs: 0, region: 'eu' },
    });
  });

  it('bounds what a key spends on one model', () => {
    const caller = aCaller({ modelMaxBudgetDollars: { 'gpt-4o': 0.1 } });
    const [planned] = plan(caller);
    expect(planned).toMatchObject({
      group: 'gpt-4o',
      quota: { id: 'key:k1:budget:gpt-4o', limit: 100_000 },
    });
  });
});
