import type { UpstreamHeaders } from '../ports';

/** Nobody plans beyond; what says more is a mistake, or a number that no timer takes. */
const LONGEST_MS = 86_400_000;

type HeaderValue = UpstreamHeaders[string];

/** A day at most; nonsense and dates gone by count as unsaid. */
export function parseRetryAfterMs(header: HeaderValue, wallMs: number): number | null {
  const text = readFirst(header);
  if (text === null) return null;
  return clamp(NUMBER.test(text) ? Number(text) * 1000 : Date.parse(text) - wallMs);
}

/**
 * When to come back, by whatever header says so. OpenAI's `retry-after-ms` is the most exact and `retry-after` the usual
 * one. Without either a 429 tells it by the end of a limit of which nothing is left: the end of any other limit would only
 * mean that it is full again, which may be a minute later than needed.
 */
export function selectRetryAfterMs(
  headers: UpstreamHeaders,
  { status, wallMs }: { readonly status: number; readonly wallMs: number },
): number | null {
  const inMs = readFirst(headers['retry-after-ms']);
  const exactMs = inMs !== null && NUMBER.test(inMs) ? clamp(Number(inMs)) : null;
  const saidMs = exactMs ?? parseRetryAfterMs(headers['retry-after'], wallMs);
  if (saidMs !== null || status !== 429) return saidMs;
  const endsMs = LIMITS.map(([remaining, reset]) =>
    Number(readFirst(headers[remaining]) ?? NaN) === 0
      ? (parseResetMs(readFirst(headers[reset]), wallMs) ?? 0)
      : 0,
  );
  return clamp(Math.max(...endsMs));
}

/** OpenAI's and Groq's; OpenRouter's; Anthropic's. */
const LIMITS: readonly (readonly [remaining: string, reset: string])[] = [
  ['x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
  ['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
  ['x-ratelimit-remaining', 'x-ratelimit-reset'],
  ['anthropic-ratelimit-requests-remaining', 'anthropic-ratelimit-requests-reset'],
  ['anthropic-ratelimit-tokens-remaining', 'anthropic-ratelimit-tokens-reset'],
  ['anthropic-ratelimit-input-tokens-remaining', 'anthropic-ratelimit-input-tokens-reset'],
  ['anthropic-ratelimit-output-tokens-remaining', 'anthropic-ratelimit-output-tokens-reset'],
];

const NUMBER = /^\d+(\.\d+)?$/;
/** Go's way to write a duration: `6m0s`, `7.66s`, `120ms`. */
const DURATION = /^(\d+(\.\d+)?(ms|h|m|s))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|h|m|s)/g;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** More than this many seconds are a moment since 1970, and so many more milliseconds are one, too. */
const LEAST_EPOCH_SECONDS = 1_000_000_000;
const LEAST_EPOCH_MS = 1_000_000_000_000;

function parseResetMs(text: string | null, wallMs: number): number | null {
  if (text === null) return null;
  if (NUMBER.test(text)) {
    const number = Number(text);
    if (number >= LEAST_EPOCH_MS) return number - wallMs;
    return number >= LEAST_EPOCH_SECONDS ? number * 1000 - wallMs : number * 1000;
  }
  if (!DURATION.test(text)) return Date.parse(text) - wallMs;
  let durationMs = 0;
  for (const [, count, unit] of text.matchAll(PART)) {
    durationMs += Number(count) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  return durationMs;
}

function readFirst(header: HeaderValue): string | null {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim();
  return text === undefined || text === '' ? null : text;
}

function clamp(waitMs: number): number | null {
  return waitMs > 0 ? Math.min(waitMs, LONGEST_MS) : null;
}
