import { convertToDollars } from './money';
import type { Measure, PlannedQuota } from './plan-quotas';

export interface HeadersContext {
  /** One for each of the quotas; null: they are not known, since the call was refused. */
  readonly remaining: readonly number[];
  /** Unit: milliseconds since 1970. */
  readonly wallMs: number;
}

interface Standing {
  readonly planned: PlannedQuota;
  readonly remaining: number;
}

/** What a client may go by to slow down by itself: of several bounds the one that leaves least. */
export function renderLimitHeaders(
  quotas: readonly PlannedQuota[],
  { remaining, wallMs }: HeadersContext,
): readonly string[] {
  const standings = quotas.map((planned, at) => ({ planned, remaining: remaining[at] ?? 0 }));
  return [
    ...renderRate(standings, 'requests', wallMs),
    ...renderRate(standings, 'tokens', wallMs),
    ...renderKey(quotas),
  ];
}

function renderRate(
  standings: readonly Standing[],
  measure: Measure & ('requests' | 'tokens'),
  wallMs: number,
): readonly string[] {
  const tightest = standings
    .filter(({ planned }) => planned.measure === measure)
    .reduce<Standing | null>(
      (least, standing) =>
        least === null || standing.remaining < least.remaining ? standing : least,
      null,
    );
  if (tightest === null) return [];
  const { quota } = tightest.planned;
  const resetSeconds = Math.max(0, Math.ceil(((quota.windowEndsMs ?? wallMs) - wallMs) / 1000));
  return [
    `x-ratelimit-limit-${measure}`,
    String(quota.limit),
    `x-ratelimit-remaining-${measure}`,
    String(Math.max(0, tightest.remaining)),
    `x-ratelimit-reset-${measure}`,
    `${resetSeconds}s`,
  ];
}

function renderKey(quotas: readonly PlannedQuota[]): readonly string[] {
  const headers: string[] = [];
  for (const { measure, owner, group, quota, whole } of quotas) {
    if (owner.kind !== 'key' || group !== null) continue;
    if (measure === 'requests') headers.push('x-litellm-key-rpm-limit', String(whole));
    if (measure === 'tokens') headers.push('x-litellm-key-tpm-limit', String(whole));
    if (measure !== 'budget') continue;
    headers.push('x-litellm-key-max-budget', String(convertToDollars(whole)));
    headers.push('x-litellm-key-spend', String(convertToDollars(quota.known)));
  }
  return headers;
}
