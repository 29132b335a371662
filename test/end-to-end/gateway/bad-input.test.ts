import { connect } from 'node:net';
import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, startTestGateway, TEST_KEY } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

describe('the gateway', () => {
  let provider: FakeProvider;
  let gateway: TestGateway;

  beforeAll(async () => {
    provider = await startFakeProvider(() => ({ kind: 'json', body: completion('Hi') }));
    gateway = await startTestGateway(
      gatewayConfig([deployment({ id: 'first', apiBase: provider.url })]),
    );
  });

  afterAll(async () => {
    await gateway.gateway.kill();
    await provider.stop();
  });

  async function refusal(response: Response): Promise<readonly [number, string, string]> {
    const { error } = (await response.json()) as {
      readonly error: { readonly gateway_code: string; readonly message: string };
    };
    return [response.status, error.gateway_code, error.message];
  }

  /** Sends bytes as they are and resolves to everything that comes back until the connection closes. */
  function sendRaw(text: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () =>
        socket.write(text),
      );
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(answer));
    });
  }

  it.each([
    ['no JSON', 'nonsense', [400, 'invalid_json', 'the body must be valid JSON']],
    ['nothing', '', [400, 'invalid_json', 'the body must be valid JSON']],
    [
      'trailing garbage',
      `${JSON.stringify(HELLO)}x`,
      [400, 'invalid_json', 'the body must be valid JSON'],
    ],
    [
      'NaN',
      '{"model":"gpt-4o","messages":[],"temperature":NaN}',
      [400, 'invalid_json', 'the body must be valid JSON'],
    ],
    [
      'a byte order mark',
      `\uFEFF${JSON.stringify(HELLO)}`,
      [400, 'invalid_json', 'the body must be valid JSON'],
    ],
    ['an array', '[]', [400, 'invalid_json', 'the body must be a JSON object']],
    ['no model', '{"messages":[]}', [400, 'invalid_request', 'model must be the name of a model']],
    [
      'a line feed in the model',
      '{"model":"a\\nb","messages":[]}',
      [400, 'invalid_request', 'model must be the name of a model'],
    ],
    [
      'two models',
      '{"model":"gpt-4o","messages":[],"model":"other"}',
      [400, 'invalid_request', 'model must be given once'],
    ],
    [
      'two models, one in escapes',
      '{"model":"gpt-4o","messages":[],"mod\\u0065l":"other"}',
      [400, 'invalid_request', 'model must be given once'],
    ],
    [
      'a repeated field',
      '{"model":"gpt-4o","messages":[],"stream":true,"str\\u0065am":false}',
      [400, 'invalid_request', 'stream must be given once'],
    ],
    [
      'no messages',
      '{"model":"gpt-4o"}',
      [400, 'invalid_request', 'messages must be an array of messages'],
    ],
    [
      'a word for stream',
      '{"model":"gpt-4o","messages":[],"stream":"yes"}',
      [400, 'invalid_request', 'stream must be true or false'],
    ],
    [
      'a negative timeout',
      '{"model":"gpt-4o","messages":[],"timeout":-1}',
      [400, 'invalid_request', 'timeout must be a number of seconds above 0'],
    ],
    [
      'half a retry',
      '{"model":"gpt-4o","messages":[],"num_retries":0.5}',
      [400, 'invalid_request', 'num_retries must be a whole number of 0 or more'],
    ],
    [
      'an address',
      '{"model":"gpt-4o","messages":[],"api_base":"http://evil"}',
      [
        401,
        'client_credentials_refused',
        "api_base must not be set by a client; the gateway's configuration decides where a request goes",
      ],
    ],
    [
      'an unknown model',
      '{"model":"gpt-9","messages":[]}',
      [
        400,
        'model_not_found',
        'model "gpt-9" is not configured; GET /v1/models lists the models there are',
      ],
    ],
  ])('rejects a body with %s', async (_name, body, expected) => {
    expect(await refusal(await gateway.chat(body))).toEqual(expected);
  });

  it('names the call in an error too, by the name the client gave it when that is harmless', async () => {
    const named = await gateway.chat('nonsense', { 'x-litellm-call-id': 'call-7' });
    expect(named.headers.get('x-litellm-call-id')).toBe('call-7');
    const odd = await gateway.chat('nonsense', { 'x-litellm-call-id': 'a b"c' });
    expect(odd.headers.get('x-litellm-call-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('rejects bytes that are not UTF-8', async () => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}` },
      body: Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x7d]),
    });
    expect(await refusal(response)).toEqual([400, 'invalid_json', 'the body must be UTF-8 text']);
  });

  it.each([
    ['', 256, [400, 'invalid_json', 'the body must be nested at most 256 deep']],
    ['', 200_000, [400, 'invalid_json', 'the body must be nested at most 256 deep']],
    ['"timeout":5,', 200_000, [400, 'invalid_json', 'the body must be nested at most 256 deep']],
  ])('rejects a body with %s messages nested %i deep', async (before, depth, expected) => {
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const body = `{"model":"gpt-4o",${before}"messages":${nested}}`;
    expect(await refusal(await gateway.chat(body))).toEqual(expected);
  });

  it('takes a body nested 256 deep', async () => {
    const body = `{"model":"gpt-4o","timeout":5,"messages":${'['.repeat(255)}${']'.repeat(255)}}`;
    expect((await gateway.chat(body)).status).toBe(200);
  });

  function withHeaders(headers: readonly string[]): string {
    const body = JSON.stringify(HELLO);
    return [
      'POST /v1/chat/completions HTTP/1.1',
      `Authorization: Bearer ${TEST_KEY}`,
      `Content-Length: ${body.length}`,
      ...headers,
      '',
      body,
    ].join('\r\n');
  }

  it('rejects a second Host header and closes the connection', async () => {
    const answer = await sendRaw(withHeaders(['Host: a', 'hOST: b']));
    expect(answer).toContain('HTTP/1.1 400 ');
    expect(answer).toContain('"a request must have one Host header"');
    expect(answer).toContain('connection: close');
  });

  it.each([
    [97, 'HTTP/1.1 200 '],
    [98, 'HTTP/1.1 431 '],
    [500, 'HTTP/1.1 431 '],
  ])('answers %i headers beside three others with %s', async (count, expected) => {
    const headers = Array.from({ length: count - 1 }, (_, index) => `x-${index}: 1`);
    const answer = await sendRaw(withHeaders(['Host: a', 'Connection: close', ...headers]));
    expect(answer).toContain(expected);
    if (expected.includes('431')) {
      expect(answer).toContain('"a request must have at most 100 headers"');
    }
  });

  it('keeps a member named __proto__ a plain member', async () => {
    await gateway.chat('{"model":"gpt-4o","messages":[],"__proto__":{"x":1},"num_retries":0}');
    const last = provider.seen.at(-1)?.body ?? '';
    expect(last).toBe('{"model":"gpt-4o","messages":[],"__proto__":{"x":1}}');
    expect(({} as { readonly x?: number }).x).toBeUndefined();
  });

  it('rejects a body above 10 MiB by its declared length', async () => {
    const response = await gateway.chat(' '.repeat(10 * 1024 * 1024 + 1));
    expect(await refusal(response)).toEqual([
      413,
      'body_too_large',
      'the body must be at most 10 MiB',
    ]);
  });

  it('rejects a body above 10 MiB that declares no length', async () => {
    const mebibyte = Buffer.alloc(1024 * 1024, ' ');
    const body = new ReadableStream({
      start(controller) {
        for (let count = 0; count < 11; count += 1) controller.enqueue(mebibyte);
        controller.close();
      },
    });
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}` },
      body,
      duplex: 'half',
    } as RequestInit);
    expect(await refusal(response)).toEqual([
      413,
      'body_too_large',
      'the body must be at most 10 MiB',
    ]);
  });

  it.each([
    ['no key', {}],
    ['a wrong key', { authorization: 'Bearer sk-wrong' }],
    [
      'a key of a megabyte, as far as headers go',
      { authorization: `Bearer ${'x'.repeat(12_000)}` },
    ],
    ['a key that is not ASCII', { 'x-api-key': 'sk-\u00e4' }],
    ['the key in the query', {}],
  ])('rejects %s with one and the same answer', async (name, headers) => {
    const query = name.includes('query') ? `?api_key=${TEST_KEY}` : '';
    const response = await fetch(`${gateway.url}/v1/chat/completions${query}`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: JSON.stringify(HELLO),
    });
    expect(await refusal(response)).toEqual([
      401,
      'authentication_failed',
      'Authentication Error: a valid API key is required',
    ]);
  });

  it.each([
    'x-litellm-api-key',
    'x-api-key',
    'api-key',
    'x-goog-api-key',
    'ocp-apim-subscription-key',
  ])('takes the key from %s', async (header) => {
    const response = await fetch(`${gateway.url}/v1/models`, { headers: { [header]: TEST_KEY } });
    expect(response.status).toBe(200);
  });

  it.each([
    '/nothing',
    '/v1/../health',
    '//v1/models',
    '/v1/chat/completions//',
    '/v1/%2e%2e/health',
  ])('answers 404 to %s', async (path) => {
    const answer = await sendRaw(
      `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TEST_KEY}\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).toContain('"gateway_code":"route_not_found"');
  });

  it('answers 405 to another method and says which it takes', async () => {
    const response = await gateway.get('/v1/chat/completions');
    expect(await refusal(response)).toEqual([405, 'method_not_allowed', 'this route allows POST']);
  });

  it.each([
    [
      'both lengths',
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'two content lengths',
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nabcd',
      400,
    ],
    [
      'an unknown coding',
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n',
      400,
    ],
    ['a space before the colon', 'GET /metrics HTTP/1.1\r\nhost : x\r\n\r\n', 400],
    ['junk', 'hello\r\n\r\n', 400],
    [
      'headers above 16 KiB',
      `GET /metrics HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(17_000)}\r\n\r\n`,
      431,
    ],
    ['a tunnel', 'CONNECT evil:443 HTTP/1.1\r\nhost: evil:443\r\n\r\n', 405],
    [
      'an upgrade',
      'GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
      400,
    ],
  ])('closes a connection that sends %s', async (_name, text, status) => {
    expect(await sendRaw(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('counts models nobody configured as other', async () => {
    for (let count = 0; count < 5; count += 1) {
      await gateway.chat({ ...HELLO, model: `random-${count}` });
    }
    const metrics = await (await gateway.get('/metrics')).text();
    expect(metrics).not.toContain('random-');
    expect(metrics).toContain('requested_model="other",status_code="400"');
  });
});
