import { invalid } from './parse-body';

export interface PageQuery {
  /** From 1. */
  readonly page: number;
  readonly size: number;
}

/** `page` and the size under LiteLLM's name for it on this route. */
export function parsePageQuery(
  query: URLSearchParams,
  sizeName: string,
  sizes: { readonly standard: number; readonly most: number },
): PageQuery {
  return {
    page: parseCount(query, 'page', { standard: 1, most: 1_000_000 }),
    size: parseCount(query, sizeName, sizes),
  };
}

export function parseCount(
  query: URLSearchParams,
  name: string,
  { standard, most }: { readonly standard: number; readonly most: number },
): number {
  const text = query.get(name);
  if (text === null || text === '') return standard;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw invalid(name, `must be a whole number from 1 to ${most}`);
}

/** A parameter that is there and not empty. */
export function selectText(query: URLSearchParams, name: string): string | null {
  return query.get(name) || null;
}

/** Days such as `2026-01-31`, both included, in UTC. */
export function parseDays(query: URLSearchParams): {
  readonly fromMs: number | null;
  readonly untilMs: number | null;
} {
  const from = parseDay(query, 'start_date');
  const until = parseDay(query, 'end_date');
  return { fromMs: from, untilMs: until === null ? null : until + DAY_MS };
}

const DAY_MS = 86_400_000;

function parseDay(query: URLSearchParams, name: string): number | null {
  const text = selectText(query, name);
  if (text === null) return null;
  const day = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? '';
  const atMs = Date.parse(`${day}T00:00:00Z`);
  if (Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(day)) return atMs;
  throw invalid(name, 'must be a day such as 2026-01-31');
}
