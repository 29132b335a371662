import { createHash } from 'node:crypto';
import type { ResponseCacheConfig } from '../../lib/config/gateway-config';
import { renderCanonical } from './render-canonical';

export type CacheUseSettings = Pick<ResponseCacheConfig, 'mode' | 'ttlSeconds' | 'namespace'>;

export interface CacheRequest {
  /** The client's body, parsed. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Who asks, as `key:<id>`, `team:<id>` or `master`: answers are never given to anybody else. */
  readonly tenant: string;
}

/** What the cache is to do for a request. */
export type CacheUse =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'on';
      readonly key: string;
      readonly read: 'yes' | 'no';
      readonly write: 'yes' | 'no';
      readonly ttlMs: number;
      /** Older answers do not count; null: any that is kept does. */
      readonly oldestMs: number | null;
    };

const OFF: CacheUse = { kind: 'off' };
const LONGEST_TTL_SECONDS = 30 * 86_400;
const LONGEST_NAMESPACE = 128;

/** Words to the gateway that leave the answer as it is; whatever is not here makes another request. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'cache',
  'caching',
  'cooldown_time',
  'disable_fallbacks',
  'fastest_response',
  'litellm_call_id',
  'litellm_metadata',
  'litellm_session_id',
  'litellm_trace_id',
  'max_retries',
  'metadata',
  'no-log',
  'num_retries',
  'priority',
  'request_timeout',
  'stream_timeout',
  'timeout',
]);

/** A client that plays a failure wants to see it. */
const DRILL = /^mock_/;

/** What LiteLLM's `cache` field and the settings make of a request. */
export function planCacheUse(request: CacheRequest, settings: CacheUseSettings): CacheUse {
  const { body, tenant } = request;
  if (Object.keys(body).some((name) => DRILL.test(name))) return OFF;
  const wish = readRecord(body['cache']);
  if (settings.mode === 'default_off' && wish['use-cache'] !== true) return OFF;
  const read = wish['no-cache'] === true ? 'no' : 'yes';
  const write = wish['no-store'] === true ? 'no' : 'yes';
  if (read === 'no' && write === 'no') return OFF;
  const text = renderCanonical({
    tenant,
    namespace: readNamespace(wish['namespace']) ?? settings.namespace,
    request: selectMeaning(body),
  });
  if (text === null) return OFF;
  const oldestSeconds = readSeconds(wish['s-maxage'] ?? wish['s-max-age']);
  return {
    kind: 'on',
    key: createHash('sha256').update(text).digest('hex'),
    read,
    write,
    ttlMs: (readSeconds(wish['ttl']) ?? settings.ttlSeconds) * 1000,
    oldestMs: oldestSeconds === null ? null : oldestSeconds * 1000,
  };
}

/** Whether a kept answer is as young as the request asks for. */
export function isYoungEnough(
  use: Pick<Extract<CacheUse, { readonly kind: 'on' }>, 'oldestMs'>,
  { createdAtMs, wallMs }: { readonly createdAtMs: number; readonly wallMs: number },
): boolean {
  return use.oldestMs === null || wallMs - createdAtMs <= use.oldestMs;
}

function selectMeaning(body: Readonly<Record<string, unknown>>): readonly (readonly unknown[])[] {
  const fields = Object.entries(body).filter(([name]) => !WITHOUT_EFFECT.has(name));
  // Tags choose among deployments, which answer differently; the rest of the metadata is for the books.
  const tags = readRecord(body['metadata'])['tags'];
  return tags === undefined
    ? fields.sort(byName)
    : [...fields, ['metadata.tags', tags]].sort(byName);
}

function byName([one]: readonly unknown[], [other]: readonly unknown[]): number {
  return String(one) < String(other) ? -1 : 1;
}

function readRecord(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : {};
}

function readSeconds(value: unknown): number | null {
  const seconds = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, LONGEST_TTL_SECONDS) : null;
}

function readNamespace(value: unknown): string | null {
  return typeof value === 'string' && value.length <= LONGEST_NAMESPACE ? value : null;
}
