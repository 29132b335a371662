import { isYoungEnough, planCacheUse } from '../../../runtime/state/plan-cache-use';
import type { CacheUse, CacheUseSettings } from '../../../runtime/state/plan-cache-use';

const SETTINGS: CacheUseSettings = { mode: 'default_on', ttlSeconds: 600, namespace: null };
const BODY = {
  model: 'gpt-4o',
  messages: [{ role: 'user', content: 'hello' }],
  temperature: 0.2,
};

const plan = (
  body: Readonly<Record<string, unknown>>,
  settings: Partial<CacheUseSettings> = {},
  tenant = 'key:one',
): CacheUse => planCacheUse({ body, tenant }, { ...SETTINGS, ...settings });

const keyOf = (...given: Parameters<typeof plan>): string => {
  const use = plan(...given);
  if (use.kind === 'off') throw new Error('the cache is off');
  return use.key;
};

describe('planCacheUse', () => {
  it('reads and writes by itself, for as long as the settings say', () => {
    expect(plan(BODY)).toEqual({
      kind: 'on',
      key: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      read: 'yes',
      write: 'yes',
      ttlMs: 600_000,
      oldestMs: null,
    });
  });

  it('waits to be asked where the mode is default_off', () => {
    expect(plan(BODY, { mode: 'default_off' })).toEqual({ kind: 'off' });
    const asked = { ...BODY, cache: { 'use-cache': true } };
    expect(plan(asked, { mode: 'default_off' }).kind).toBe('on');
  });

  it.each([
    [{ 'no-cache': true }, { read: 'no', write: 'yes' }],
    [{ 'no-store': true }, { read: 'yes', write: 'no' }],
    [{ 'no-cache': true, 'no-store': true }, { kind: 'off' }],
    [{ ttl: 30 }, { ttlMs: 30_000 }],
    [{ ttl: '30' }, { ttlMs: 30_000 }],
    [{ ttl: -1 }, { ttlMs: 600_000 }],
    [{ ttl: 1e300 }, { ttlMs: 2_592_000_000 }],
    [{ 's-maxage': 5 }, { oldestMs: 5000 }],
    ['nonsense', { kind: 'on', read: 'yes' }],
  ])('makes of cache: %j %j', (cache, expected) => {
    expect(plan({ ...BODY, cache })).toMatchObject(expected);
  });

  it('is off for a request that plays a failure, and for one that is nested too deep', () => {
    expect(plan({ ...BODY, mock_timeout: true })).toEqual({ kind: 'off' });
    const deep: unknown = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);
    expect(plan({ ...BODY, tools: deep })).toEqual({ kind: 'off' });
  });

  it('never gives the answer of one tenant, or of one namespace, to another', () => {
    const keys = [
      keyOf(BODY),
      keyOf(BODY, {}, 'key:two'),
      keyOf(BODY, {}, 'team:one'),
      keyOf(BODY, { namespace: 'a' }),
      keyOf({ ...BODY, cache: { namespace: 'b' } }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([
    { model: 'gpt-4o-mini' },
    { messages: [{ role: 'user', content: 'hello ' }] },
    { temperature: 0.3 },
    { stream: true },
    { seed: 1 },
    { user: 'somebody' },
    { tools: [] },
    { response_format: { type: 'json_object' } },
    { tags: ['paid'] },
    { metadata: { tags: ['paid'] } },
    { some_field_to_come: 1 },
  ])('takes a request with %j for another one', (parts) => {
    expect(keyOf({ ...BODY, ...parts })).not.toBe(keyOf(BODY));
  });

  it.each([
    { num_retries: 3 },
    { timeout: 5 },
    { metadata: { trace: 'x' } },
    { litellm_call_id: 'x' },
    { cache: { ttl: 5 } },
    { priority: 1 },
  ])('takes a request with %j for the same one', (parts) => {
    expect(keyOf({ ...BODY, ...parts })).toBe(keyOf(BODY));
  });

  it('does not mind the order of fields', () => {
    const { model, messages, temperature } = BODY;
    expect(keyOf({ temperature, messages, model })).toBe(keyOf(BODY));
  });
});

describe('isYoungEnough', () => {
  it('holds answers to the age that the request allows', () => {
    const answer = { createdAtMs: 1000, wallMs: 6000 };
    expect(isYoungEnough({ oldestMs: null }, answer)).toBe(true);
    expect(isYoungEnough({ oldestMs: 5000 }, answer)).toBe(true);
    expect(isYoungEnough({ oldestMs: 4999 }, answer)).toBe(false);
  });
});
