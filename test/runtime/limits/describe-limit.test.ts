import { describeLimit } from '../../../runtime/limits/describe-limit';
import type { PlannedQuota } from '../../../runtime/limits/plan-quotas';

const WALL_MS = Date.UTC(2030, 0, 1, 12, 0, 30);

const BUDGET: PlannedQuota = {
  measure: 'budget',
  owner: { kind: 'member', name: 'ann of web' },
  group: null,
  whole: 1_000_000,
  quota: {
    id: 'member:t\u001fu:budget',
    kind: 'window',
    limit: 1_000_000,
    amount: 1000,
    window: 0,
    windowEndsMs: null,
    known: 1_200_000,
  },
};

describe('describeLimit', () => {
  it('says whose budget is spent, in words that clients of LiteLLM look for', () => {
    expect(describeLimit({ planned: BUDGET, remaining: 0, wallMs: WALL_MS }).message).toBe(
      'Budget has been exceeded! TeamMember=ann of web Current cost: 1, Max budget: 1',
    );
  });

  it('says which model a budget is for', () => {
    const planned: PlannedQuota = {
      ...BUDGET,
      owner: { kind: 'key', name: 'web' },
      group: 'gpt-4o',
    };
    expect(describeLimit({ planned, remaining: 0, wallMs: WALL_MS }).message).toBe(
      'Budget has been exceeded! Key=web Model=gpt-4o Current cost: 1, Max budget: 1',
    );
  });

  it('asks for a second attempt when the window is over', () => {
    const planned: PlannedQuota = {
      measure: 'tokens',
      owner: { kind: 'team', name: 'web' },
      group: null,
      whole: 10,
      quota: { ...BUDGET.quota, limit: 10, amount: 5, windowEndsMs: WALL_MS + 29_500 },
    };
    const error = describeLimit({ planned, remaining: 2, wallMs: WALL_MS });
    expect(error.retryAfterSeconds).toBe(30);
    expect(error.message).toBe(
      'Rate limit exceeded for team: web. Limit type: tokens. Current limit: 10, Remaining: 2. ' +
        'Limit resets at: 2030-01-01 12:00:59 UTC',
    );
  });
});
