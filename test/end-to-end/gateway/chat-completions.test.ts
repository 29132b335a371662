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
import type { RouterConfig } from '../../../lib/config/gateway-config';

interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
    readonly gateway_code: string;
  };
}

/** What a busy machine may add. A provider that hangs would take for ever. */
const NOISE_MS = 2_000;

describe('POST /v1/chat/completions', () => {
  const providers: FakeProvider[] = [];
  let gateway: TestGateway | null = null;

  async function provider(script: (index: number) => Script): Promise<FakeProvider> {
    const started = await startFakeProvider((_request, index) => script(index));
    providers.push(started);
    return started;
  }

  /** One deployment per provider, `first`, `second` …, all under one name. */
  async function start(
    router: Partial<RouterConfig> = {},
    ...urls: readonly FakeProvider[]
  ): Promise<TestGateway> {
    const ids = ['first', 'second', 'third'];
    const deployments = urls.map(({ url }, index) =>
      deployment({ id: ids[index] ?? 'more', apiBase: url }),
    );
    gateway = await startTestGateway(gatewayConfig(deployments, router));
    return gateway;
  }

  afterEach(async () => {
    await gateway?.gateway.kill();
    gateway = null;
    await Promise.all(providers.splice(0).map((started) => started.stop()));
  });

  it('answers with the provider document under the client name of the model', async () => {
    const upstream = await provider(() => ({
      kind: 'json',
      headers: { 'x-request-id': 'req-1', 'x-ratelimit-remaining-requests': '9' },
      body: completion('Hi'),
    }));
    const { chat } = await start({}, upstream);

    const response = await chat({ ...HELLO, store: true, metadata: { kept: 'yes' } });

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ...(completion('Hi') as object), model: 'gpt-4o' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'x-litellm-model-id': 'first',
      'x-litellm-model-group': 'gpt-4o',
      'x-litellm-model-api-base': upstream.url,
      'x-litellm-attempted-retries': '0',
      'x-litellm-attempted-fallbacks': '0',
      'x-litellm-version': '0.1.0',
      'llm_provider-x-request-id': 'req-1',
      'x-ratelimit-remaining-requests': '9',
    });
    const seen = await upstream.request(0);
    expect(seen.path).toBe('/chat/completions');
    expect(seen.headers.authorization).toBe('Bearer sk-provider-canary');
    expect(JSON.parse(seen.body)).toEqual({ ...HELLO, store: true, metadata: { kept: 'yes' } });
  });

  it.each([
    '/chat/completions',
    '/engines/gpt-4o/chat/completions',
    '/openai/deployments/gpt-4o/chat/completions',
  ])('serves %s as well', async (path) => {
    const upstream = await provider(() => ({ kind: 'json', body: completion('Hi') }));
    const { url } = await start({}, upstream);
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'api-key': TEST_KEY },
      body: JSON.stringify(HELLO),
    });
    expect(response.status).toBe(200);
  });

  it('passes the bytes of a stream through unchanged, save the name of the model', async () => {
    const chunks = completionChunks(['Hel', 'lo']);
    const upstream = await provider(() => ({ kind: 'stream', chunks, gapMs: 5 }));
    const { chat } = await start({}, upstream);

    const response = await chat({ ...HELLO, stream: true });

    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(await response.text()).toBe(shownChunks(chunks));
  });

  it('retries on another deployment when the first one fails', async () => {
    const broken = await provider(() => ({
      kind: 'json',
      status: 500,
      body: providerError('boom'),
    }));
    const sound = await provider(() => ({ kind: 'json', body: completion('Hi') }));
    const { chat } = await start({}, broken, sound);

    const response = await chat(HELLO);

    expect(response.status).toBe(200);
    expect(response.headers.get('x-litellm-model-id')).toBe('second');
    expect(response.headers.get('x-litellm-attempted-retries')).toBe('1');
    expect(response.headers.get('x-litellm-max-retries')).toBe('2');
  });

  it('rests a rate-limited deployment, so that the next request goes elsewhere at once', async () => {
    const limited = await provider(() => ({
      kind: 'json',
      status: 429,
      headers: { 'retry-after': '30' },
      body: providerError('Rate limit reached'),
    }));
    const sound = await provider(() => ({ kind: 'json', body: completion('Hi') }));
    const { chat } = await start({}, limited, sound);

    await chat(HELLO);
    const second = await chat(HELLO);

    expect(second.headers.get('x-litellm-attempted-retries')).toBe('0');
    expect(limited.seen).toHaveLength(1);
  });

  it('says when to come back once every deployment is rate-limited', async () => {
    const limited = (): Script => ({
      kind: 'json',
      status: 429,
      headers: { 'retry-after': '30' },
      body: providerError('Rate limit reached'),
    });
    const { chat } = await start({ retries: 1 }, await provider(limited), await provider(limited));

    await chat(HELLO);
    const response = await chat(HELLO);

    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('30');
    expect(((await response.json()) as ErrorBody).error).toEqual({
      message: 'No deployments available for selected model, try again in 30 seconds',
      type: 'throttling_error',
      param: null,
      code: '429',
      gateway_code: 'no_deployments',
    });
  });

  it('falls back to another model when the retries are used up', async () => {
    const broken = await provider(() => ({
      kind: 'json',
      status: 503,
      body: providerError('down'),
    }));
    const sound = await provider(() => ({ kind: 'json', body: completion('Hi') }));
    gateway = await startTestGateway(
      gatewayConfig(
        [
          deployment({ id: 'first', apiBase: broken.url }),
          deployment({
            id: 'other',
            apiBase: sound.url,
            modelName: 'claude',
            providerModel: 'claude-1',
          }),
        ],
        { retries: 0, fallbacks: { 'gpt-4o': ['claude'] } },
      ),
    );

    const response = await gateway.chat(HELLO);

    expect(response.status).toBe(200);
    expect(response.headers.get('x-litellm-attempted-fallbacks')).toBe('1');
    expect(response.headers.get('x-litellm-model-group')).toBe('claude');
    expect(JSON.parse((await sound.request(0)).body)).toMatchObject({ model: 'claude-1' });
  });

  it('tells the first failure when the fallbacks fail too', async () => {
    const first = await provider(() => ({
      kind: 'json',
      status: 503,
      body: providerError('first down'),
    }));
    const other = await provider(() => ({
      kind: 'json',
      status: 500,
      body: providerError('other down'),
    }));
    gateway = await startTestGateway(
      gatewayConfig(
        [
          deployment({ id: 'first', apiBase: first.url }),
          deployment({ id: 'other', apiBase: other.url, modelName: 'claude' }),
        ],
        { retries: 0, defaultFallbacks: ['claude'] },
      ),
    );
    const response = await gateway.chat(HELLO);
    expect(response.status).toBe(503);
    expect(((await response.json()) as ErrorBody).error.message).toBe('first down');
  });

  it.each<[string, Script]>([
    [
      'an error as the first event',
      {
        kind: 'stream',
        chunks: ['data: {"error":{"message":"overloaded","type":"overloaded_error"}}\n\n'],
      },
    ],
    ['a page of HTML', { kind: 'raw', contentType: 'text/html', body: '<html></html>' }],
    ['an error document with status 200', { kind: 'json', body: providerError('no') }],
    ['an empty body', { kind: 'raw', contentType: 'text/event-stream', body: '' }],
    ['a reset connection', { kind: 'reset' }],
  ])('treats %s as a failure of the deployment, not as a stream', async (_name, script) => {
    const odd = await provider(() => script);
    const chunks = completionChunks(['Hi']);
    const sound = await provider(() => ({ kind: 'stream', chunks }));
    const { chat } = await start({}, odd, sound);
    const response = await chat({ ...HELLO, stream: true });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(shownChunks(chunks));
    expect(odd.seen).toHaveLength(1);
  });

  it.each<[string, Script]>([
    ['a page of HTML', { kind: 'raw', contentType: 'text/html', body: '<html></html>' }],
    ['an error document with status 200', { kind: 'json', body: providerError('no') }],
    ['an empty body', { kind: 'raw', contentType: 'application/json', body: '' }],
    [
      'half a document',
      { kind: 'raw', contentType: 'application/json', body: '{"choices":[{"index"' },
    ],
    [
      'a redirect',
      { kind: 'json', status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: {} },
    ],
    [
      'a compressed body',
      { kind: 'json', headers: { 'content-encoding': 'gzip' }, body: completion('x') },
    ],
    ['a wrong content length', { kind: 'json', headers: { 'content-length': '5000' }, body: {} }],
  ])('treats %s as a failure of the deployment, not as an answer', async (_name, script) => {
    const odd = await provider(() => script);
    const sound = await provider(() => ({ kind: 'json', body: completion('Hi') }));
    const { chat } = await start({ timeoutSeconds: 1 }, odd, sound);
    const response = await chat(HELLO);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-litellm-model-id')).toBe('second');
  });

  it('ends a stream that is cut with an error event and without [DONE]', async () => {
    const [first = ''] = completionChunks(['Hel']);
    const upstream = await provider(() => ({
      kind: 'stream',
      chunks: [first, 'data: {"half":'],
      gapMs: 20,
      end: 'reset',
    }));
    const { chat, get } = await start({}, upstream);

    const text = await (await chat({ ...HELLO, stream: true })).text();

    const shown = shownChunks([first]);
    expect(text.startsWith(`${shown}\ndata: `)).toBe(true);
    const event = JSON.parse(text.slice(shown.length).replace('data: ', '')) as ErrorBody;
    expect(event.error).toEqual({
      message: 'the provider closed the connection',
      type: 'service_unavailable_error',
      param: null,
      code: '503',
      gateway_code: 'provider_stream_cut',
    });
    expect(upstream.seen).toHaveLength(1);
    expect(await (await get('/metrics')).text()).toContain(
      'litellm_requests_total{status="provider_stream_cut"} 1\n',
    );
  });

  it('does not invent the end of a stream that stops without one', async () => {
    const [first = ''] = completionChunks(['Hel']);
    const upstream = await provider(() => ({ kind: 'stream', chunks: [first] }));
    const { chat } = await start({}, upstream);
    const text = await (await chat({ ...HELLO, stream: true })).text();
    expect(text).toContain('"gateway_code":"provider_stream_cut"');
    expect(text).not.toContain('[DONE]');
  });

  it('ends a stream that falls silent after the stream timeout', async () => {
    const [first = ''] = completionChunks(['Hel']);
    const upstream = await provider(() => ({ kind: 'stream', chunks: [first], end: 'hang' }));
    const { chat } = await start({ streamTimeoutSeconds: 0.2 }, upstream);
    const text = await (await chat({ ...HELLO, stream: true })).text();
    expect(text).toContain('the provider fell silent during its answer');
    await (
      await upstream.request(0)
    ).abandoned;
  });

  it('lets a stream that keeps talking outlast the timeout', async () => {
    const chunks = completionChunks(['a', 'b', 'c', 'd', 'e', 'f']);
    const upstream = await provider(() => ({ kind: 'stream', chunks, gapMs: 60 }));
    const { chat } = await start({ timeoutSeconds: 0.25 }, upstream);
    expect(await (await chat({ ...HELLO, stream: true })).text()).toBe(shownChunks(chunks));
  });

  it('answers 408 when the provider does not answer in the time the client gives', async () => {
    const upstream = await provider(() => ({ kind: 'hang' }));
    const { chat } = await start({}, upstream);
    const response = await chat({ ...HELLO, timeout: 0.2 });
    expect(response.status).toBe(408);
    expect(response.headers.get('x-litellm-timeout')).toBe('0.2');
    expect(((await response.json()) as ErrorBody).error.message).toBe(
      'the provider did not answer in time',
    );
    await (
      await upstream.request(0)
    ).abandoned;
  });

  it('replaces a provider that hangs by one that answers', async () => {
    const hanging = await provider(() => ({ kind: 'hang' }));
    const sound = await provider(() => ({ kind: 'json', body: completion('Hi') }));
    const { chat } = await start({ timeoutSeconds: 0.2 }, hanging, sound);
    expect((await chat(HELLO)).headers.get('x-litellm-model-id')).toBe('second');
  });

  it.each<[string, Script, boolean]>([
    ['before the answer', { kind: 'hang' }, false],
    [
      'in the middle of a stream',
      { kind: 'stream', chunks: completionChunks(['Hi']).slice(0, 1), end: 'hang' },
      true,
    ],
  ])(
    'stops the provider within 100 ms when the client leaves %s',
    async (_name, script, stream) => {
      const upstream = await provider(() => script);
      const { url, get } = await start({}, upstream);
      const leaving = new AbortController();
      const response = fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TEST_KEY}` },
        body: JSON.stringify({ ...HELLO, stream }),
        signal: leaving.signal,
      });
      const gone = response.then((answer) => answer.text()).catch(() => 'gone');
      const seen = await upstream.request(0);
      if (stream) await response;

      const leftMs = performance.now();
      leaving.abort();
      await seen.abandoned;

      expect(performance.now() - leftMs).toBeLessThan(NOISE_MS);
      expect(await gone).toBe('gone');
      const metrics = await (await get('/metrics')).text();
      expect(metrics).toContain('litellm_in_flight_requests 0\n');
      expect(metrics).toContain('litellm_requests_total{status="client_disconnected"} 1\n');
    },
  );

  it('never shows a key of a provider to a client or to the log', async () => {
    const upstream = await provider(() => ({
      kind: 'json',
      status: 400,
      body: providerError('bad sk-provider-canary in request'),
    }));
    const refusing = await provider(() => ({
      kind: 'json',
      status: 401,
      body: providerError('Incorrect API key provided: sk-prov***nary'),
    }));
    gateway = await startTestGateway(
      gatewayConfig([
        deployment({ id: 'first', apiBase: upstream.url }),
        deployment({ id: 'other', apiBase: refusing.url, modelName: 'other' }),
      ]),
    );
    const bad = await (await gateway.chat(HELLO)).text();
    const refused = await gateway.chat({ ...HELLO, model: 'other' });
    expect(bad).toContain('bad [redacted] in request');
    expect(refused.status).toBe(401);
    expect(((await refused.json()) as ErrorBody).error.message).toBe(
      "the provider refused the gateway's credentials (status 401)",
    );
    const metrics = await (await gateway.get('/metrics')).text();
    await gateway.gateway.kill();
    expect(gateway.log() + metrics).not.toMatch(/sk-prov|sk-test|Hello/);
  });

  it('writes one line per request into the log', async () => {
    const upstream = await provider(() => ({ kind: 'json', body: completion('Hi') }));
    const started = await start({}, upstream);
    await started.chat(HELLO, { 'x-litellm-call-id': 'call-1' });
    await started.gateway.kill();
    expect(JSON.parse(started.log())).toEqual({
      timeMs: expect.any(Number),
      callId: 'call-1',
      keyId: null,
      route: 'chat_completions',
      model: 'gpt-4o',
      modelId: 'first',
      status: 200,
      outcome: 'success',
      durationMs: expect.any(Number),
      retries: 0,
      fallbacks: 0,
      promptTokens: 7,
      completionTokens: 3,
    });
  });
});
