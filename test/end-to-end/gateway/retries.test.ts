import type { DeploymentConfig, RouterConfig } from '../../../lib/config/gateway-config';
import {
  completion,
  completionChunks,
  providerError,
  shownChunks,
  startFakeProvider,
} from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, startTestGateway, TEST_KEY } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

const SOUND: Script = { kind: 'json', body: completion('Hi') };
const BROKEN: Script = { kind: 'json', status: 500, body: providerError('boom') };
const HANGING: Script = { kind: 'hang' };
/** What a busy machine may add. The simulator proves the exact bound; a provider that hangs would take for ever. */
const NOISE_MS = 2_000;

interface ErrorBody {
  readonly error: { readonly message: string; readonly gateway_code: string };
}

describe('retries and fallbacks', () => {
  const providers: FakeProvider[] = [];
  let gateway: TestGateway | null = null;

  async function provider(...scripts: readonly Script[]): Promise<FakeProvider> {
    const started = await startFakeProvider(
      (_request, index) => scripts[index] ?? scripts.at(-1) ?? HANGING,
    );
    providers.push(started);
    return started;
  }

  async function start(
    deployments: readonly (Partial<DeploymentConfig> & { readonly at: FakeProvider })[],
    router: Partial<RouterConfig> = {},
  ): Promise<TestGateway> {
    const configs = deployments.map(({ at, ...parts }, index) =>
      deployment({ id: ['first', 'second', 'third'][index] ?? 'more', apiBase: at.url, ...parts }),
    );
    gateway = await startTestGateway(gatewayConfig(configs, router));
    return gateway;
  }

  async function metricsOf({ get }: TestGateway): Promise<string> {
    return (await get('/metrics')).text();
  }

  /** Resolves once the metrics say so, and fails after the time. */
  async function waitForMetric(text: string, withinMs: number): Promise<void> {
    const startedMs = performance.now();
    for (;;) {
      const metrics = gateway === null ? '' : await metricsOf(gateway);
      if (metrics.includes(text)) return;
      if (performance.now() - startedMs > withinMs) throw new Error(`no ${text} in\n${metrics}`);
    }
  }

  afterEach(async () => {
    await gateway?.gateway.kill();
    gateway = null;
    await Promise.all(providers.splice(0).map((started) => started.stop()));
  });

  it('answers 429 at once when the provider asks for more patience than the call has', async () => {
    const limited = await provider({
      kind: 'json',
      status: 429,
      headers: { 'retry-after': '30' },
      body: providerError('slow down'),
    });
    const { chat } = await start([{ at: limited }], { timeoutSeconds: 5 });
    const response = await chat(HELLO);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('30');
    expect(Number(response.headers.get('x-litellm-response-duration-ms'))).toBeLessThan(1000);
    expect(limited.seen).toHaveLength(1);
  });

  it.each<[string, Script]>([
    ['hangs', HANGING],
    ['sends one comment and falls silent', { kind: 'stream', chunks: [': ping\n\n'], end: 'hang' }],
    [
      'sends comments and no event',
      { kind: 'stream', chunks: Array.from({ length: 12 }, () => ': ping\n\n'), gapMs: 45 },
    ],
  ])('keeps to the deadline of the client when the provider %s', async (_name, script) => {
    const { chat } = await start([{ at: await provider(script) }, { at: await provider(script) }]);
    const response = await chat({ ...HELLO, stream: true, timeout: 0.4 });
    expect(response.status).toBe(408);
    const durationMs = Number(response.headers.get('x-litellm-response-duration-ms'));
    expect(durationMs).toBeGreaterThan(350);
    expect(durationMs).toBeLessThan(400 + NOISE_MS);
  });

  it('bounds the whole call, however many retries are left', async () => {
    const { chat } = await start(
      [{ at: await provider(HANGING) }, { at: await provider(HANGING) }],
      {
        timeoutSeconds: 0.2,
        callTimeoutSeconds: 0.5,
        retries: 9,
      },
    );
    const response = await chat(HELLO);
    expect(response.status).toBe(408);
    expect(Number(response.headers.get('x-litellm-response-duration-ms'))).toBeLessThan(550);
  });

  it('asks providers that all fail no more than 1.2 times per request, once that is known', async () => {
    const all = [await provider(BROKEN), await provider(BROKEN), await provider(BROKEN)];
    const started = await start(
      all.map((at) => ({ at })),
      { retries: 2, cooldownsDisabled: true, retryAfterSeconds: 0 },
    );
    const countAttempts = (): number => all.reduce((sum, { seen }) => sum + seen.length, 0);
    const send = async (requests: number): Promise<void> => {
      for (let count = 0; count < requests; count += 3) {
        await Promise.all([1, 2, 3].map(() => started.chat(HELLO)));
      }
    };
    // Until they are known to be failing, and what was saved up is spent.
    await send(45);
    const before = countAttempts();
    expect(before).toBeGreaterThan(45);
    const startedMs = performance.now();
    await send(90);
    // One that nobody asks for a second has a place, which matters on a slow machine.
    const unasked = (3 * (performance.now() - startedMs)) / 1000;
    expect(countAttempts() - before).toBeLessThanOrEqual(1.2 * 90 + 3 + unasked);
    expect(await metricsOf(started)).toMatch(
      /litellm_ha_extra_attempts_refused_total\{kind="retry"\} [1-9]/,
    );
  });

  it('lets a sound fallback carry all of the traffic of a model that is down', async () => {
    const sound = await provider(SOUND);
    const { chat } = await start(
      [{ at: await provider(BROKEN) }, { at: sound, modelName: 'claude' }],
      { retries: 0, cooldownsDisabled: true, fallbacks: { 'gpt-4o': ['claude'] } },
    );
    const answers = await Promise.all(Array.from({ length: 40 }, () => chat(HELLO)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(sound.seen).toHaveLength(40);
  });

  it('retries as often as the policy of the model says', async () => {
    const broken = await provider({ kind: 'json', status: 400, body: providerError('odd') });
    const { chat } = await start([{ at: broken }, { at: broken }, { at: broken }], {
      retries: 0,
      retriesByGroup: { 'gpt-4o': { BadRequestError: 2 } },
    });
    const response = await chat(HELLO);
    expect(response.headers.get('x-litellm-attempted-retries')).toBe('2');
    expect(broken.seen).toHaveLength(3);
  });

  it('does not multiply the retries of a deployment with those of the router', async () => {
    const broken = await provider(BROKEN);
    const { chat } = await start(
      [
        { at: broken, retries: 1 },
        { at: broken, retries: 1 },
      ],
      {
        retries: 3,
      },
    );
    await chat(HELLO);
    expect(broken.seen).toHaveLength(2);
  });

  it('takes the number of retries from the header of the client', async () => {
    const broken = await provider(BROKEN);
    const { chat } = await start([{ at: broken }, { at: broken }]);
    await chat(HELLO, { 'x-litellm-num-retries': '0' });
    expect(broken.seen).toHaveLength(1);
  });

  it('sends a fallback of the client the fields that it names', async () => {
    const other = await provider(SOUND);
    const { chat } = await start(
      [{ at: await provider(BROKEN) }, { at: other, modelName: 'claude', providerModel: 'c-1' }],
      { retries: 0 },
    );
    const messages = [{ role: 'user', content: 'Shorter' }];
    const response = await chat({
      ...HELLO,
      temperature: 1,
      fallbacks: [{ model: 'claude', messages, temperature: 0 }],
    });
    expect(response.headers.get('x-litellm-attempted-fallbacks')).toBe('1');
    expect(JSON.parse((await other.request(0)).body)).toEqual({
      model: 'c-1',
      messages,
      temperature: 0,
      stream: false,
    });
  });

  it('falls back to a single deployment that is named by its id', async () => {
    const { chat } = await start(
      [{ at: await provider(BROKEN) }, { at: await provider(SOUND), modelName: 'claude' }],
      { retries: 0, fallbacks: { 'gpt-4o': ['second'] } },
    );
    expect((await chat(HELLO)).headers.get('x-litellm-model-id')).toBe('second');
  });

  it('serves a model that nobody knows by the first default fallback', async () => {
    const { chat } = await start([{ at: await provider(SOUND) }], { defaultFallbacks: ['gpt-4o'] });
    expect((await chat({ ...HELLO, model: 'unheard-of' })).status).toBe(200);
  });

  describe('with an answer that a content filter cut off', () => {
    const filtered = JSON.parse(
      JSON.stringify(completion('')).replace('"stop"', '"content_filter"'),
    ) as unknown;

    it('asks the fallback for refused content, and blames nobody', async () => {
      const started = await start(
        [
          { at: await provider({ kind: 'json', body: filtered }) },
          { at: await provider(SOUND), modelName: 'lenient' },
        ],
        { contentPolicyFallbacks: { 'gpt-4o': ['lenient'] } },
      );
      const response = await started.chat(HELLO);
      expect(response.headers.get('x-litellm-model-id')).toBe('second');
      expect(await metricsOf(started)).not.toContain('exception_class');
    });

    it('passes it on where there is no such fallback', async () => {
      const { chat } = await start([{ at: await provider({ kind: 'json', body: filtered }) }]);
      const response = await chat(HELLO);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('content_filter');
    });
  });

  it('stops within 100 ms when the client leaves while a retry waits', async () => {
    const broken = await provider(BROKEN);
    const { url } = await start([{ at: broken }], { retryAfterSeconds: 20 });
    const leaving = new AbortController();
    const gone = fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}` },
      body: JSON.stringify(HELLO),
      signal: leaving.signal,
    }).catch(() => 'gone');
    await broken.request(0);
    await waitForMetric('exception_status="500"', 1000);
    leaving.abort();
    await waitForMetric('litellm_requests_total{status="client_disconnected"} 1\n', 100);
    expect(await gone).toBe('gone');
    expect(broken.seen).toHaveLength(1);
  });

  it('stops within 100 ms when the client leaves while it waits for a place', async () => {
    const hanging = await provider(HANGING);
    const { url, chat } = await start([{ at: hanging, maxParallelRequests: 1 }]);
    const first = chat(HELLO).catch(() => 'gone');
    await hanging.request(0);
    const leaving = new AbortController();
    const gone = fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}` },
      body: JSON.stringify(HELLO),
      signal: leaving.signal,
    }).catch(() => 'gone');
    await waitForMetric('litellm_in_flight_requests 2\n', 1000);
    leaving.abort();
    await waitForMetric('litellm_in_flight_requests 1\n', 100);
    expect(await gone).toBe('gone');
    expect(hanging.seen).toHaveLength(1);
    await gateway?.gateway.kill();
    await first;
  });

  describe('with hedging', () => {
    const hedging = { afterMs: 60, afterPercentile: null, most: 1, mostPriority: 0 };

    it('takes the deployment that answers first and hangs up on the other at once', async () => {
      const slow = await provider(HANGING);
      const chunks = completionChunks(['Hi']);
      const quick = await provider({ kind: 'stream', chunks });
      const started = await start([{ at: slow }, { at: quick }], { hedging });
      const response = await started.chat({ ...HELLO, stream: true });
      expect(await response.text()).toBe(shownChunks(chunks));
      expect(response.headers.get('x-litellm-model-id')).toBe('second');
      expect(response.headers.get('x-litellm-attempted-retries')).toBe('0');
      await (
        await slow.request(0)
      ).abandoned;
      const metrics = await metricsOf(started);
      expect(metrics).toContain('litellm_ha_extra_attempts_total{kind="hedge"} 1\n');
      expect(metrics).not.toContain('exception_class');
    });

    it('asks nobody else for a call of low priority', async () => {
      const slow = await provider({ ...SOUND, delayMs: 200 } as Script);
      const other = await provider(SOUND);
      const { chat } = await start([{ at: slow }, { at: other }], { hedging });
      expect((await chat({ ...HELLO, priority: 5 })).headers.get('x-litellm-model-id')).toBe(
        'first',
      );
      expect(other.seen).toHaveLength(0);
    });

    it('stops all of them when the client leaves', async () => {
      const [one, two] = [await provider(HANGING), await provider(HANGING)];
      const { url } = await start([{ at: one }, { at: two }], { hedging });
      const leaving = new AbortController();
      const gone = fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TEST_KEY}` },
        body: JSON.stringify(HELLO),
        signal: leaving.signal,
      }).catch(() => 'gone');
      const seen = [await one.request(0), await two.request(0)];
      const leftMs = performance.now();
      leaving.abort();
      await Promise.all(seen.map(({ abandoned }) => abandoned));
      expect(performance.now() - leftMs).toBeLessThan(NOISE_MS);
      expect(await gone).toBe('gone');
    });
  });

  describe('a drill', () => {
    async function startDrill(): Promise<readonly [FakeProvider, FakeProvider, TestGateway]> {
      const [first, other] = [await provider(SOUND), await provider(SOUND)];
      const started = await start([{ at: first }, { at: other, modelName: 'claude' }], {
        fallbacks: { 'gpt-4o': ['claude'] },
        contextWindowFallbacks: { 'gpt-4o': ['claude'] },
        contentPolicyFallbacks: { 'gpt-4o': ['claude'] },
        timeoutSeconds: 0.2,
      });
      return [first, other, started];
    }

    it.each([
      'mock_testing_fallbacks',
      'mock_testing_context_window_fallbacks',
      'mock_testing_content_policy_fallbacks',
    ])('named %s goes to the fallback without asking the model', async (word) => {
      const [first, other, { chat }] = await startDrill();
      const response = await chat({ ...HELLO, [word]: true });
      expect(response.headers.get('x-litellm-model-group')).toBe('claude');
      expect(first.seen).toHaveLength(0);
      expect((await other.request(0)).body).not.toContain('mock');
    });

    it('named mock_testing_rate_limit_error fails once and is retried', async () => {
      const [first, , { chat }] = await startDrill();
      const response = await chat({ ...HELLO, mock_testing_rate_limit_error: true });
      expect(response.headers.get('x-litellm-attempted-retries')).toBe('1');
      expect(first.seen).toHaveLength(1);
    });

    it('named mock_timeout takes as long as a provider that hangs, and blames nobody', async () => {
      const [first, , started] = await startDrill();
      const response = await started.chat({
        ...HELLO,
        mock_timeout: true,
        num_retries: 0,
        disable_fallbacks: true,
      });
      expect(response.status).toBe(408);
      expect(first.seen).toHaveLength(0);
      expect(await metricsOf(started)).not.toContain('exception_class');
    });

    it('named mock_response answers with the text, as a document and as a stream', async () => {
      const [first, , { chat }] = await startDrill();
      const whole = await chat({ ...HELLO, mock_response: 'played' });
      expect(await whole.json()).toMatchObject({
        model: 'gpt-4o',
        choices: [{ message: { content: 'played' } }],
      });
      const stream = await (await chat({ ...HELLO, stream: true, mock_response: 'played' })).text();
      expect(stream).toContain('"content":"played"');
      expect(stream.endsWith('data: [DONE]\n\n')).toBe(true);
      expect(first.seen).toHaveLength(0);
    });

    it('is refused to whoever does not hold the master key', async () => {
      const [, , { url }] = await startDrill();
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk-other' },
        body: JSON.stringify({ ...HELLO, mock_response: 'played' }),
      });
      expect(response.status).toBe(401);
      const { error } = (await response.json()) as ErrorBody;
      expect(error.gateway_code).toBe('authentication_failed');
    });
  });
});
