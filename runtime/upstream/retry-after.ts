import { LONGEST_RETRY_AFTER_MS } from '../routing/retry-delay';

/** Clamped to what a call may wait; nonsense and dates gone by count as unsaid. */
export function parseRetryAfterMs(
  header: string | readonly string[] | undefined,
  wallMs: number,
): number | null {
  const text = typeof header === 'string' ? header.trim() : header?.[0]?.trim();
  if (text === undefined || text === '') return null;
  const waitMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - wallMs;
  return waitMs > 0 ? Math.min(waitMs, LONGEST_RETRY_AFTER_MS) : null;
}
