import type { DeploymentConfig, RouterConfig } from '../../../lib/config/gateway-config';
import { completion, completionChunks, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider, Script, SeenRequest } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, startTestGateway } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

const ANSWER: Script = { kind: 'json', body: completion('Hi') };

interface Stage {
  readonly gateway: TestGateway;
  readonly a: FakeProvider;
  readonly b: FakeProvider;
  /** Sends requests one after the other and tells who got each. */
  send(count: number, body?: object, headers?: Readonly<Record<string, string>>): Promise<string>;
}

interface Plan {
  readonly router?: Partial<RouterConfig>;
  readonly a?: Partial<DeploymentConfig>;
  readonly b?: Partial<DeploymentConfig>;
  readonly scriptA?: (request: SeenRequest, index: number) => Script;
  readonly random?: number;
}

const open: Stage[] = [];

afterEach(async () => {
  for (const { gateway, a, b } of open.splice(0)) {
    await gateway.gateway.kill();
    await a.stop();
    await b.stop();
  }
});

/** A gateway before two deployments of one model; chance picks the first of equals. */
async function stage({ router = {}, scriptA, random, ...parts }: Plan): Promise<Stage> {
  const a = await startFakeProvider(scriptA ?? (() => ANSWER));
  const b = await startFakeProvider(() => ANSWER);
  const config = gatewayConfig(
    [
      deployment({ id: 'a', apiBase: a.url, ...parts.a }),
      deployment({ id: 'b', apiBase: b.url, ...parts.b }),
    ],
    { retries: 0, ...router },
  );
  const gateway = await startTestGateway(config, random === undefined ? {} : { random });
  const staged: Stage = {
    gateway,
    a,
    b,
    send: async (count, body = HELLO, headers = {}) => {
      let order = '';
      for (let request = 0; request < count; request += 1) {
        const response = await gateway.chat(body, headers);
        await response.text();
        order += response.headers.get('x-litellm-model-id') ?? String(response.status);
      }
      return order;
    },
  };
  open.push(staged);
  return staged;
}

async function errorOf(response: Response): Promise<unknown> {
  return ((await response.json()) as { readonly error: unknown }).error;
}

describe('routing_strategy', () => {
  it('simple-shuffle shares by weight', async () => {
    const { send } = await stage({ a: { weight: 1 }, b: { weight: 3 }, random: 0.26 });
    expect(await send(3)).toBe('bbb');
  });

  it.each(['least-busy', 'least-connections'] as const)(
    '%s takes the fewest requests in flight, and counts them down at every end',
    async (strategy) => {
      const { gateway, a, send } = await stage({
        router: { strategy },
        scriptA: (_, index) => (index === 0 ? { kind: 'hang' } : ANSWER),
      });
      const leaving = new AbortController();
      const hanging = fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk-test-master' },
        body: JSON.stringify(HELLO),
        signal: leaving.signal,
      }).catch(() => 'left');
      const request = await a.request(0);
      expect(await send(3)).toBe('bbb');
      leaving.abort();
      expect(await hanging).toBe('left');
      await request.abandoned;
      expect(await send(1)).toBe('a');
    },
  );

  it('least-busy counts a stream until its last byte', async () => {
    const { gateway, send } = await stage({
      router: { strategy: 'least-busy' },
      scriptA: (_, index) =>
        index === 0
          ? { kind: 'stream', chunks: completionChunks(['Hel', 'lo']), gapMs: 30 }
          : ANSWER,
    });
    const streaming = await gateway.chat({ ...HELLO, stream: true });
    expect(await send(2)).toBe('bb');
    expect(await streaming.text()).toContain('[DONE]');
    expect(await send(1)).toBe('a');
  });

  it.each(['usage-based-routing', 'usage-based-routing-v2'] as const)(
    '%s takes the fewest tokens of the minute, and allows each limit to the full',
    async (strategy) => {
      const { gateway, send } = await stage({
        router: { strategy },
        a: { rpm: 2 },
        b: { rpm: 1 },
      });
      expect(await send(3)).toBe('aba');
      const refused = await gateway.chat(HELLO);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect(await errorOf(refused)).toMatchObject({ gateway_code: 'no_deployments' });
    },
  );

  it('latency-based-routing asks each once and then the faster', async () => {
    const { send } = await stage({
      router: { strategy: 'latency-based-routing' },
      scriptA: () => ({ ...ANSWER, delayMs: 80 }),
    });
    expect(await send(5)).toBe('abbbb');
  });

  it('cost-based-routing takes the cheaper', async () => {
    const { send } = await stage({
      router: { strategy: 'cost-based-routing' },
      a: { inputCostPerToken: 0.002, outputCostPerToken: 0.002 },
      b: { inputCostPerToken: 0.001, outputCostPerToken: 0.001 },
    });
    expect(await send(3)).toBe('bbb');
  });

  it('provider-budget-routing leaves whoever has spent its budget', async () => {
    const { gateway, send } = await stage({
      router: {
        strategy: 'provider-budget-routing',
        providerBudgets: { openai: { limitDollars: 25, windowSeconds: 3600 } },
      },
      a: { inputCostPerToken: 1, outputCostPerToken: 1, maxBudgetDollars: 15 },
      b: { inputCostPerToken: 1, outputCostPerToken: 1 },
    });
    // Ten tokens each: the deployment's own budget ends after two, the provider's after three.
    expect(await send(3)).toBe('aab');
    expect(await (await gateway.get('/metrics')).text()).toContain(
      'litellm_provider_remaining_budget_metric{api_provider="openai"} 0\n',
    );
    const refused = await gateway.chat(HELLO);
    expect(refused.status).toBe(429);
    expect(await errorOf(refused)).toMatchObject({
      message: 'No deployments available - crossed budget: every deployment has spent its own',
    });
  });

  it('round-robin takes turns', async () => {
    const { send } = await stage({ router: { strategy: 'round-robin' } });
    expect(await send(5)).toBe('ababa');
  });

  it('peak-ewma leaves the slower and keeps a failing one from seeming fast', async () => {
    const slow = await stage({
      router: { strategy: 'peak-ewma' },
      scriptA: () => ({ ...ANSWER, delayMs: 80 }),
    });
    expect(await slow.send(5)).toBe('abbbb');
    const failing = await stage({
      router: { strategy: 'peak-ewma', cooldownsDisabled: true },
      scriptA: () => ({ kind: 'json', status: 500, body: { error: { message: 'no' } } }),
    });
    expect(await failing.send(5)).toBe('abbbb');
  });
});

describe('the choice of deployments', () => {
  it('follows the tags of the request and keeps them from the provider', async () => {
    const { gateway, b, send } = await stage({
      router: { tagFiltering: 'any' },
      a: { tags: ['free'] },
      b: { tags: ['paid'] },
    });
    const tagged = { ...HELLO, store: true, metadata: { tags: ['paid'], trace: 'kept' } };
    expect(await send(1, tagged)).toBe('b');
    expect(await send(1, HELLO, { 'x-litellm-tags': 'gold, paid' })).toBe('b');
    expect(JSON.parse((await b.request(0)).body)).toMatchObject({ metadata: { trace: 'kept' } });
    expect((await b.request(0)).body).not.toContain('paid');
    const refused = await gateway.chat(HELLO, { 'x-litellm-tags': 'gold' });
    expect(refused.status).toBe(401);
    expect(await errorOf(refused)).toMatchObject({
      message: 'Not allowed to access model due to tags configuration: no deployment has "gold"',
      gateway_code: 'tags_not_allowed',
    });
  });

  it('moves to the next order when the first fails', async () => {
    const { send } = await stage({
      router: { retries: 1 },
      a: { order: 1 },
      b: { order: 2 },
      scriptA: (_, index) => (index === 0 ? { kind: 'reset' } : ANSWER),
    });
    expect(await send(3)).toBe('baa');
  });

  it('sends a prompt to a model that it fits, and refuses one that fits none', async () => {
    const { gateway, send } = await stage({
      router: { preCallChecks: 'on' },
      a: { maxInputTokens: 20 },
      b: { maxInputTokens: 100 },
    });
    const long = { ...HELLO, messages: [{ role: 'user', content: 'x'.repeat(200) }] };
    expect(await send(1)).toBe('a');
    expect(await send(1, long)).toBe('b');
    const refused = await gateway.chat({
      ...HELLO,
      messages: [{ role: 'user', content: 'x'.repeat(400) }],
    });
    expect(refused.status).toBe(400);
    expect(await errorOf(refused)).toMatchObject({
      message: 'the prompt has about 104 tokens, more than any deployment of the model takes',
      gateway_code: 'provider_context_window',
    });
  });

  it('sends a prompt that fits no deployment to the fallback for such prompts, under its alias', async () => {
    const { send } = await stage({
      router: {
        preCallChecks: 'on',
        contextWindowFallbacks: { 'gpt-4o': ['roomy'] },
        modelGroupAlias: { roomy: 'gpt-long' },
      },
      a: { maxInputTokens: 20 },
      b: { modelName: 'gpt-long', maxInputTokens: 100 },
    });
    const long = { ...HELLO, messages: [{ role: 'user', content: 'x'.repeat(200) }] };
    expect(await send(1, long)).toBe('b');
  });

  it('keeps a request to its region', async () => {
    const { gateway, send } = await stage({
      router: { preCallChecks: 'on' },
      a: { region: 'us-east-1' },
      b: { region: 'eu-west-1' },
    });
    expect(await send(1, { ...HELLO, allowed_model_region: 'eu' })).toBe('b');
    const refused = await gateway.chat({ ...HELLO, allowed_model_region: 'ap' });
    expect(refused.status).toBe(400);
    expect(await errorOf(refused)).toMatchObject({
      message: 'no deployment of the model is in the region "ap"',
      gateway_code: 'no_suitable_deployment',
    });
  });

  it('asks for an answer by a schema only where there is one', async () => {
    const { send } = await stage({
      router: { preCallChecks: 'on' },
      a: { responseSchemas: 'unsupported' },
    });
    expect(await send(1, { ...HELLO, response_format: { type: 'json_schema' } })).toBe('b');
    expect(await send(1)).toBe('a');
  });

  it('holds a user, a session or a header to one deployment', async () => {
    const { send } = await stage({
      router: {
        strategy: 'round-robin',
        stickyBy: [{ kind: 'header', name: 'x-team' }, { kind: 'session' }, { kind: 'user' }],
      },
    });
    for (const user of ['one', 'two', 'three', 'four']) {
      expect(await send(3, { ...HELLO, user })).toMatch(/^(aaa|bbb)$/);
      expect(await send(3, HELLO, { 'x-litellm-session-id': user })).toMatch(/^(aaa|bbb)$/);
      expect(await send(3, HELLO, { 'x-team': user })).toMatch(/^(aaa|bbb)$/);
    }
    const free = await send(4);
    expect(free).toContain('a');
    expect(free).toContain('b');
  });

  it('gives a full deployment its next request by priority', async () => {
    const { gateway, a, b } = await stage({
      a: { maxParallelRequests: 1 },
      b: { modelName: 'other' },
      scriptA: (_, index) => ({ ...ANSWER, delayMs: index === 0 ? 150 : 0 }),
    });
    const ask = (name: string, priority: number): Promise<Response> =>
      gateway.chat({ ...HELLO, user: name, priority });
    const first = ask('first', 0);
    await a.request(0);
    const rest = [ask('patient', 9), ask('patient-too', 9)];
    // Both must be waiting before the urgent one comes, or there would be nothing to overtake.
    await gateway.get('/health/liveliness');
    rest.push(ask('urgent', 0));
    for (const response of await Promise.all([first, ...rest])) expect(response.status).toBe(200);
    const order = a.seen.map(({ body }) => (JSON.parse(body) as { readonly user: string }).user);
    expect(order.slice(0, 2)).toEqual(['first', 'urgent']);
    expect(order.slice(2).sort()).toEqual(['patient', 'patient-too']);
    expect(b.seen).toHaveLength(0);
  });

  it('turns a request away when no place comes free in its time', async () => {
    const { gateway, a } = await stage({
      a: { maxParallelRequests: 1 },
      b: { modelName: 'other' },
      scriptA: () => ({ kind: 'hang' }),
    });
    const first = gateway.chat({ ...HELLO, timeout: 1 });
    await a.request(0);
    const refused = await gateway.chat({ ...HELLO, timeout: 0.1 });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await first).status).toBe(408);
    expect(a.seen).toHaveLength(1);
  });

  it('leaves hidden aliases out of the list and answers them, and lists access groups when asked', async () => {
    const { gateway, send } = await stage({
      router: { modelGroupAlias: { shown: 'gpt-4o', secret: 'gpt-4o' }, hiddenAliases: ['secret'] },
      a: { accessGroups: ['beta'] },
    });
    const list = async (query: string): Promise<readonly string[]> => {
      const response = await gateway.get(`/v1/models${query}`);
      const { data } = (await response.json()) as { readonly data: readonly { id: string }[] };
      return data.map(({ id }) => id);
    };
    expect(await list('')).toEqual(['gpt-4o', 'shown']);
    expect(await list('?include_model_access_groups=True')).toEqual(['gpt-4o', 'shown', 'beta']);
    expect(await send(1, { ...HELLO, model: 'secret' })).toBe('a');
  });

  it.each([
    [{ priority: 'high' }, 'priority must be a whole number of 0 or more', 'priority'],
    [{ metadata: { tags: 'paid' } }, 'tags must be an array of names', 'tags'],
    [{ allowed_model_region: 3 }, 'allowed_model_region must be text', 'allowed_model_region'],
  ])('rejects %j', async (wrong, message, param) => {
    const { gateway } = await stage({});
    const refused = await gateway.chat({ ...HELLO, ...wrong });
    expect(refused.status).toBe(400);
    expect(await errorOf(refused)).toMatchObject({ message, param });
  });
});
