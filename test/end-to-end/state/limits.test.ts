import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { aModel, createDataFolder, startStateGateway, until } from '../../support/state-gateway';
import type { StateGateway } from '../../support/state-gateway';

const MINUTE_MS = 60_000;
/** More than a test of one window takes. */
const TEST_MS = 10_000;

/** Short answers, so that little is set aside for them. */
const SHORT = { max_tokens: 3 };

describe('limits of a key', () => {
  const folder = createDataFolder();
  let provider: FakeProvider;
  let gateway: StateGateway;
  let script: () => Script = answer;

  function answer(): Script {
    return { kind: 'json', body: completion('Hi') };
  }

  const start = (general: object): Promise<StateGateway> =>
    startStateGateway([aModel(provider.url), aModel(provider.url, { name: 'other' })], folder, {
      sections: { general_settings: general, router_settings: { num_retries: 0 } },
    });

  beforeAll(async () => {
    provider = await startFakeProvider(() => script());
    gateway = await start({});
  });

  afterEach(() => {
    script = answer;
  });

  afterAll(async () => {
    await gateway.kill();
    await provider.stop();
  });

  /** So that the counts of a test stay in one window. */
  async function beginMinute(): Promise<void> {
    await until(
      () => Date.now() % MINUTE_MS,
      (passedMs) => passedMs < MINUTE_MS - TEST_MS,
    );
  }

  async function errorOf(response: Response): Promise<Record<string, unknown>> {
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    return error;
  }

  it('hold requests a minute, and tell what is left', async () => {
    await beginMinute();
    const { secret } = await gateway.createKey({ rpm_limit: 2 });
    const left: (string | null)[] = [];
    for (let call = 0; call < 2; call += 1) {
      const { headers, status } = await gateway.chat(secret);
      expect(status).toBe(200);
      expect(headers.get('x-ratelimit-limit-requests')).toBe('2');
      expect(headers.get('x-litellm-key-rpm-limit')).toBe('2');
      left.push(headers.get('x-ratelimit-remaining-requests'));
    }
    expect(left).toEqual(['1', '0']);
    const asked = provider.seen.length;
    const refused = await gateway.chat(secret);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(refused.headers.get('rate_limit_type')).toBe('requests');
    expect(refused.headers.get('reset_at')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:00 UTC$/);
    const { message, ...error } = await errorOf(refused);
    expect(message).toMatch(
      /^Rate limit exceeded for api_key: sk-\.\.\..{4}\. Limit type: requests\. Current limit: 2, Remaining: 0\. Limit resets at: /,
    );
    expect(error).toEqual({
      type: 'throttling_error',
      param: null,
      code: '429',
      gateway_code: 'rate_limit_exceeded',
    });
    expect(provider.seen).toHaveLength(asked);
  });

  it('hold tokens a minute by what answers used', async () => {
    await beginMinute();
    const { secret } = await gateway.createKey({ tpm_limit: 10 });
    const first = await gateway.chat(secret, { max_tokens: 1 });
    expect([first.status, first.headers.get('x-ratelimit-limit-tokens')]).toEqual([200, '10']);
    const refused = await until(
      () => gateway.chat(secret, { max_tokens: 1 }),
      ({ status }) => status !== 200,
    );
    expect([refused.status, refused.headers.get('rate_limit_type')]).toEqual([429, 'tokens']);
  });

  it('of one model leave the others alone', async () => {
    await beginMinute();
    const { secret } = await gateway.createKey({ model_rpm_limit: { 'gpt-4o': 1 } });
    const statuses: number[] = [];
    for (const model of ['gpt-4o', 'gpt-4o', 'other', 'other']) {
      statuses.push((await gateway.chat(secret, { model })).status);
    }
    expect(statuses).toEqual([200, 429, 200, 200]);
  });

  it('of a team hold its keys together', async () => {
    await beginMinute();
    await gateway.administer('POST /team/new', { team_id: 'crew', rpm_limit: 1 });
    const one = await gateway.createKey({ team_id: 'crew' });
    const other = await gateway.createKey({ team_id: 'crew' });
    const statuses = [
      (await gateway.chat(one.secret)).status,
      (await gateway.chat(other.secret)).status,
    ];
    expect(statuses).toEqual([200, 429]);
  });

  it('hold requests at once, and give the place back to whoever comes after', async () => {
    script = () => ({ kind: 'hang' });
    const { secret } = await gateway.createKey({ max_parallel_requests: 1 });
    const leaving = new AbortController();
    const asked = provider.seen.length;
    const first = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: JSON.stringify({ model: 'gpt-4o', messages: [] }),
      signal: leaving.signal,
    }).catch(() => 'left');
    await provider.request(asked);
    const refused = await gateway.chat(secret);
    expect([refused.status, refused.headers.get('rate_limit_type')]).toEqual([
      429,
      'max_parallel_requests',
    ]);
    script = answer;
    leaving.abort();
    expect(await first).toBe('left');
    await until(
      async () => (await gateway.chat(secret)).status,
      (status) => status === 200,
    );
  });

  it('hold a budget: refused is what it may not pay for', async () => {
    const { secret } = await gateway.createKey({ max_budget: 0.02 });
    const first = await gateway.chat(secret, SHORT);
    expect(first.status).toBe(200);
    expect(first.headers.get('x-litellm-key-max-budget')).toBe('0.02');
    expect(first.headers.get('x-litellm-key-spend')).toBe('0');
    const asked = provider.seen.length;
    const refused = await until(
      () => gateway.chat(secret, SHORT),
      ({ status }) => status !== 200,
    );
    expect(refused.status).toBe(400);
    expect(refused.headers.get('retry-after')).toBeNull();
    const { message, ...error } = await errorOf(refused);
    expect(message).toMatch(
      /^Budget has been exceeded! Key=sk-\.\.\..{4} Current cost: 0\.013, Max budget: 0\.02; this call may cost up to 0\.0\d+, and 0\.007 is free now$/,
    );
    expect(error).toEqual({
      type: 'budget_exceeded',
      param: null,
      code: '400',
      gateway_code: 'budget_exceeded',
    });
    expect(provider.seen).toHaveLength(asked);
  });

  it('give back what was set aside for a call that failed', async () => {
    script = () => ({ kind: 'json', status: 400, body: { error: { message: 'no' } } });
    const { secret } = await gateway.createKey({ max_budget: 0.02 });
    for (let call = 0; call < 3; call += 1) {
      const failed = await gateway.chat(secret, SHORT);
      expect(await errorOf(failed)).toMatchObject({ gateway_code: 'provider_bad_request' });
    }
    script = answer;
    expect((await gateway.chat(secret, SHORT)).status).toBe(200);
  });

  it('that are soft refuse nothing and are told once', async () => {
    const { secret } = await gateway.createKey({ soft_budget: 0.01, key_alias: 'soft' });
    for (let call = 0; call < 3; call += 1) {
      expect((await gateway.chat(secret)).status).toBe(200);
    }
    const told = (): readonly string[] =>
      gateway
        .log()
        .split('\n')
        .filter((line) => line.includes('softBudgetCrossed'));
    await until(told, ({ length }) => length > 0);
    expect(told().map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        softBudgetCrossed: {
          owner: 'key',
          name: 'soft',
          softBudgetDollars: 0.01,
          spentDollars: 0.013,
        },
      },
    ]);
  });

  describe('with budget_enforcement: hard', () => {
    beforeAll(async () => {
      await gateway.stop();
      gateway = await start({ budget_enforcement: 'hard' });
    });

    async function readSent(body: object): Promise<Record<string, unknown>> {
      const { secret } = await gateway.createKey({ max_budget: 1 });
      const asked = provider.seen.length;
      expect((await gateway.chat(secret, body)).status).toBe(200);
      return JSON.parse((await provider.request(asked)).body) as Record<string, unknown>;
    }

    it('send what the budget pays for as the bound of the answer', async () => {
      const sent = await readSent({});
      expect(sent.max_completion_tokens).toBeGreaterThan(400);
      // A dollar pays for 500 tokens of answer, less the prompt.
      expect(sent.max_completion_tokens).toBeLessThan(500);
    });

    it("leave a client's own bound as it is", async () => {
      expect(await readSent({ max_tokens: 7 })).not.toHaveProperty('max_completion_tokens');
    });

    it("bind the answers of a client's own fallbacks, too", async () => {
      const { secret } = await gateway.createKey({ max_budget: 1 });
      const body = { max_tokens: 7, fallbacks: [{ model: 'other', max_tokens: 100_000 }] };
      expect(await errorOf(await gateway.chat(secret, body))).toMatchObject({
        gateway_code: 'budget_exceeded',
      });
      script = () =>
        provider.seen.length % 2 === first % 2
          ? { kind: 'json', status: 500, body: {} }
          : { kind: 'json', body: completion('Hi') };
      const first = provider.seen.length + 1;
      const unbounded = { fallbacks: [{ model: 'other', max_tokens: 100_000 }] };
      expect((await gateway.chat(secret, unbounded)).status).toBe(200);
      const sent = JSON.parse(provider.seen[first]?.body ?? '{}') as Record<string, unknown>;
      expect(sent).not.toHaveProperty('max_tokens');
      expect(sent.max_completion_tokens).toBeLessThan(500);
    });
  });
});
