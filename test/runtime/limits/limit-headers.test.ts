import { renderLimitHeaders } from '../../../runtime/limits/limit-headers';
import type { PlannedQuota } from '../../../runtime/limits/plan-quotas';
import type { QuotaOwner } from '../../../runtime/limits/quota-owner';

function requests(kind: QuotaOwner['kind'], limit: number): PlannedQuota {
  return {
    measure: 'requests',
    owner: { kind, name: 'x' },
    group: null,
    whole: limit,
    quota: {
      id: `${kind}:x:rpm`,
      kind: 'window',
      limit,
      amount: 1,
      window: 0,
      windowEndsMs: 60_000,
      known: 0,
    },
  };
}

describe('renderLimitHeaders', () => {
  it('tells of the bound that leaves least, and of those of the key', () => {
    const quotas = [requests('key', 10), requests('team', 100)];
    expect(renderLimitHeaders(quotas, { remaining: [5, 2], wallMs: 45_500 })).toEqual([
      'x-ratelimit-limit-requests',
      '100',
      'x-ratelimit-remaining-requests',
      '2',
      'x-ratelimit-reset-requests',
      '15s',
      'x-litellm-key-rpm-limit',
      '10',
    ]);
  });

  it('tells nothing where nothing is bounded', () => {
    expect(renderLimitHeaders([], { remaining: [], wallMs: 0 })).toEqual([]);
  });
});
