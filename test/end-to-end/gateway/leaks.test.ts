import type { Caller } from '../../../runtime/auth/caller';
import type { Reservation } from '../../../runtime/limits/limits';
import { aCaller } from '../../runtime/limits/a-caller';
import { completion, completionChunks, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { deployment, gatewayConfig, requestShaping } from '../../support/gateway-config-builder';
import { HELLO, startTestGateway } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

const KEY = 'sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2';
const HEADER_SECRET = 'Bearer extra-A1b2C3d4';
const LIMITS = ['x-ratelimit-limit-requests', '10', 'x-ratelimit-remaining-requests', '9'];

describe('what a client sees of a provider', () => {
  let script: Script;
  let provider: FakeProvider;
  let gateway: TestGateway;
  let caller: Caller;
  let ownLimits: readonly string[];

  beforeEach(async () => {
    caller = aCaller({});
    ownLimits = [];
    provider = await startFakeProvider(() => script);
    const request = requestShaping({
      extraHeaders: [['x-auth-extra', HEADER_SECRET]],
      secretValues: [HEADER_SECRET, 'extra-A1b2C3d4'],
    });
    const one = deployment({ id: 'one', apiBase: provider.url, apiKey: KEY, request });
    const reservation = (): Reservation => ({
      completionCapTokens: null,
      unpriced: 'free',
      headers: ownLimits,
      settle: () => undefined,
      release: () => undefined,
    });
    gateway = await startTestGateway(gatewayConfig([one], { retries: 0 }), {
      state: {
        authenticator: { authenticate: () => caller, prepare: () => null },
        limits: { begin: () => Promise.resolve(reservation()) },
      },
    });
  });

  afterEach(async () => {
    await gateway.gateway.kill();
    await provider.stop();
  });

  async function ask(
    fields: object = {},
  ): Promise<{ readonly headers: Headers; readonly all: string }> {
    const response = await gateway.chat({ ...HELLO, ...fields });
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
    return { headers: response.headers, all: [...headers, await response.text()].join('\n') };
  }

  const answer = (headers: Readonly<Record<string, string>> = {}, content = 'Hi'): Script => ({
    kind: 'json',
    headers,
    body: completion(content),
  });

  it('tells the address of the provider to administrators alone', async () => {
    script = answer();
    expect((await ask()).headers.get('x-litellm-model-api-base')).toBeNull();
    caller = { kind: 'master' };
    expect((await ask()).headers.get('x-litellm-model-api-base')).toBe(provider.url);
  });

  it('strikes keys out of headers, of answers and of errors', async () => {
    const echo = {
      'x-echo': `Bearer ${KEY}`,
      'x-other': Buffer.from(HEADER_SECRET).toString('base64'),
    };
    script = answer(echo, `your key is ${KEY}, and ${HEADER_SECRET}`);
    const { all } = await ask();
    expect(all).toContain('your key is [redacted], and [redacted]');
    expect(all).toContain('llm_provider-x-echo: Bearer [redacted]');
    expect(all).not.toContain('A1b2C3d4');
    expect(all).not.toContain(Buffer.from(HEADER_SECRET).toString('base64').slice(8));

    const error = { message: `${'x'.repeat(960)}${KEY} at ${new URL(provider.url).host}` };
    script = { kind: 'json', status: 500, headers: echo, body: { error } };
    expect((await ask()).all).not.toContain('A1b2');
  });

  it('strikes the address of the provider out of errors, and leaves it in what a model says', async () => {
    const { host } = new URL(provider.url);
    script = { kind: 'json', status: 500, body: { error: { message: `no route to ${host}` } } };
    expect((await ask()).all).toContain('no route to [redacted]');
    script = answer({}, `listen on ${host}`);
    expect((await ask()).all).toContain(`listen on ${host}`);
  });

  it('strikes a key out of a stream, wherever its pieces part it', async () => {
    const [event = '', ...rest] = completionChunks([`a ${KEY} b`]);
    const at = event.indexOf(KEY);
    for (const cut of [at, at + 1, at + 25, at + KEY.length - 1, at + KEY.length]) {
      const chunks = [event.slice(0, cut), event.slice(cut), ...rest];
      script = { kind: 'stream', chunks, gapMs: 2 };
      const { all } = await ask({ stream: true });
      expect(all).toContain('a [redacted] b');
      expect(all).toContain('[DONE]');
    }
  });

  it('strikes a key out of a line that is too long to be held', async () => {
    const [event = '', ...rest] = completionChunks([
      `${'x'.repeat(70_000)}${KEY}${'y'.repeat(70_000)}`,
    ]);
    const at = event.indexOf(KEY);
    script = {
      kind: 'stream',
      chunks: [event.slice(0, at + 30), event.slice(at + 30), ...rest],
      gapMs: 5,
    };
    const { all } = await ask({ stream: true });
    expect(all).toContain('x[redacted]y');
    expect(all).not.toContain('A1b2C3d4');
    expect(all).toContain('[DONE]');
  });

  it('tells each rate limit once: the own of the key, or else those of the provider', async () => {
    script = answer({ 'x-ratelimit-limit-requests': '10000', 'x-ratelimit-limit-tokens': '5' });
    const provided = (await ask()).headers;
    expect(provided.get('x-ratelimit-limit-requests')).toBe('10000');
    expect(provided.get('x-ratelimit-limit-tokens')).toBe('5');

    ownLimits = LIMITS;
    const own = (await ask()).headers;
    expect(own.get('x-ratelimit-limit-requests')).toBe('10');
    expect(own.get('x-ratelimit-limit-tokens')).toBeNull();
    expect(own.get('llm_provider-x-ratelimit-limit-requests')).toBe('10000');
  });
});
