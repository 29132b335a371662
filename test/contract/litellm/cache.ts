import { MemoryResponseCache } from '../../../runtime/state/memory-response-cache';
import { isYoungEnough, planCacheUse } from '../../../runtime/state/plan-cache-use';
import type { CacheUse, CacheUseSettings } from '../../../runtime/state/plan-cache-use';
import { ManualClock } from '../../support/manual-clock';
import type { ConformanceRule } from './conformance-rule';
import { equal } from './selections';

const section = 'cache';
const SETTINGS: CacheUseSettings = { mode: 'default_on', ttlSeconds: 600, namespace: '' };

type ActiveUse = Extract<CacheUse, { readonly kind: 'on' }>;

function plan(
  body: Readonly<Record<string, unknown>>,
  { tenant = 'key:a', ...settings }: Partial<CacheUseSettings> & { readonly tenant?: string } = {},
): ActiveUse | null {
  const request = { model: 'gpt-4o', messages: [], ...body };
  const use = planCacheUse({ body: request, tenant }, { ...SETTINGS, ...settings });
  return use.kind === 'on' ? use : null;
}

/** Answers that are given again. */
export const CACHE_RULES: readonly ConformanceRule[] = [
  {
    id: 'cache.tenants',
    section,
    liteLlm: 'An answer is given to whoever sends the same request, by whatever key.',
    ours: 'It is given to the same key, or to keys of the same team.',
    why: 'Answers hold what their prompts held; to see that somebody asked before is a leak, too.',
    prove: () => {
      const keyOf = (tenant: string): string | undefined => plan({}, { tenant })?.key;
      equal(keyOf('key:a'), keyOf('key:a'));
      equal(new Set(['key:a', 'key:b', 'team:a', 'master'].map(keyOf)).size, 4);
    },
  },
  {
    id: 'cache.controls',
    section,
    liteLlm:
      'A request says by `cache` what it wants: `ttl`, `no-cache`, `no-store`, `s-maxage`, `namespace`.',
    ours: 'The same.',
    why: null,
    prove: () => {
      equal(plan({ cache: { ttl: 5 } })?.ttlMs, 5000);
      equal(plan({})?.ttlMs, 600_000);
      equal(plan({ cache: { 'no-cache': true } })?.read, 'no');
      equal(plan({ cache: { 'no-store': true } })?.write, 'no');
      const use = plan({ cache: { 's-maxage': 5 } }) ?? { oldestMs: null };
      equal(isYoungEnough(use, { createdAtMs: 0, wallMs: 5000 }), true);
      equal(isYoungEnough(use, { createdAtMs: 0, wallMs: 5001 }), false);
      equal(plan({ cache: { namespace: 'other' } })?.key === plan({})?.key, false);
    },
  },
  {
    id: 'cache.default-off',
    section,
    liteLlm: 'With `mode: default_off` only requests with `cache: {"use-cache": true}` are kept.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const mode = 'default_off';
      equal(plan({}, { mode }), null);
      equal(plan({ cache: { 'use-cache': true } }, { mode })?.read, 'yes');
    },
  },
  {
    id: 'cache.request',
    section,
    liteLlm:
      'What a request is known by is a list of parameters; one that is not on it makes no difference.',
    ours: 'Every parameter makes a difference, save a list of those that cannot change the answer.',
    why: 'A parameter that is new, or a provider’s own, would bring the answer to another request.',
    prove: () => {
      equal(plan({ brand_new: 1 })?.key === plan({ brand_new: 2 })?.key, false);
      equal(plan({ num_retries: 1, metadata: { trace: 'x' } })?.key, plan({})?.key);
    },
  },
  {
    id: 'cache.drills',
    section,
    liteLlm: 'The answer to a request with `mock_response` is kept like any other.',
    ours: 'It is never kept.',
    why: 'Whoever tries a failure wants to see it each time.',
    prove: () => {
      equal(plan({ mock_response: 'Hi' }), null);
    },
  },
  {
    id: 'cache.memory',
    section,
    liteLlm: 'In memory at most 200 answers are kept, of whatever size.',
    ours: 'At most 64 MiB of answers are kept; the one that was used longest ago goes first.',
    why: 'Two hundred large answers are a process out of memory, and two hundred small ones are no cache.',
    prove: async () => {
      const cache = new MemoryResponseCache(new ManualClock(), 1000);
      for (let answer = 0; answer < 300; answer += 1)
        cache.write(String(answer), Buffer.from('x'), 1e6);
      equal((await cache.read('0'))?.toString(), 'x');
      cache.write('large', Buffer.alloc(900), 1e6);
      equal((await cache.read('1')) === null, true);
      equal((await cache.read('0')) === null, false);
    },
  },
];
