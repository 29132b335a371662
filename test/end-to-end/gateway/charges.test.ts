import type { DeploymentConfig, RouterConfig } from '../../../lib/config/gateway-config';
import type { Spend } from '../../../runtime/ledger/ledger-entry';
import {
  completion,
  completionChunks,
  providerError,
  startFakeProvider,
} from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { startTestGateway } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';
import { until } from '../../support/state-gateway';

const PRICE = { inputCostPerToken: 0.001, outputCostPerToken: 0.01 };
/** Five tokens by its length and its frame. */
const BODY = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };
const PROMPT = 5 * 1_000;
const TEXT = 'word '.repeat(100);
/** 500 bytes are 125 tokens. */
const ANSWER = 125 * 10_000;

/** The same answer as a provider gives that never tells its usage. */
function untold(content: string): Script {
  return { kind: 'json', body: { ...(completion(content) as object), usage: undefined } };
}

function streamed(chunks: readonly string[], parts: Partial<Script> = {}): Script {
  return { kind: 'stream', chunks, ...parts } as Script;
}

function event(delta: object): string {
  return `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
}

const END = completionChunks([]);

describe('what is owed', () => {
  const providers: FakeProvider[] = [];
  let gateway: TestGateway | null = null;
  let spent: Spend[] = [];

  async function start(
    scripts: readonly (readonly Script[])[],
    {
      router = {},
      models = {},
    }: { router?: Partial<RouterConfig>; models?: Partial<DeploymentConfig> } = {},
  ): Promise<TestGateway> {
    const deployments: DeploymentConfig[] = [];
    for (const [index, script] of scripts.entries()) {
      const provider = await startFakeProvider(
        (_request, turn) => script[turn] ?? script.at(-1) ?? { kind: 'hang' },
      );
      providers.push(provider);
      const id = ['first', 'second', 'third'][index] ?? 'more';
      deployments.push(deployment({ id, apiBase: provider.url, ...PRICE, ...models }));
    }
    gateway = await startTestGateway(gatewayConfig(deployments, { retries: 0, ...router }), {
      state: { ledger: { record: (spend) => void spent.push(spend) } },
    });
    return gateway;
  }

  /** Resolves once so many entries are in the books. */
  const entries = (count = 1): Promise<readonly Spend[]> =>
    until(
      () => spent,
      ({ length }) => length >= count,
    );

  async function chat(body: object = {}): Promise<Response> {
    if (gateway === null) throw new Error('no gateway runs');
    const response = await gateway.chat({ ...BODY, ...body });
    return new Response(await response.text(), response);
  }

  /** Asks, and leaves once the provider has been asked and the client has heard so many pieces. */
  async function leave(body: object, pieces = 0): Promise<void> {
    if (gateway === null) throw new Error('no gateway runs');
    const leaving = new AbortController();
    const asked = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test-master' },
      body: JSON.stringify({ ...BODY, ...body }),
      signal: leaving.signal,
    });
    const heard = asked.then(async (response) => {
      const reader = response.body?.getReader();
      for (let piece = 0; piece < pieces; piece += 1) await reader?.read();
    });
    heard.catch(() => undefined);
    await providers[0]?.request(0);
    if (pieces > 0) await heard;
    leaving.abort();
    await heard.catch(() => undefined);
  }

  afterEach(async () => {
    await gateway?.gateway.kill();
    await Promise.all(providers.splice(0).map((provider) => provider.stop()));
    gateway = null;
    spent = [];
  });

  describe('for an answer whose usage nobody tells', () => {
    it.each([
      ['one document', [untold(TEXT)], { stream: false }],
      ['a stream in one piece', [streamed(completionChunks([TEXT]))], { stream: true }],
      [
        'a stream word by word',
        [streamed([completionChunks(Array<string>(100).fill('word ')).join('')])],
        { stream: true },
      ],
      [
        'a stream that tells null in each event',
        [
          streamed(
            completionChunks([TEXT]).map((line) =>
              line.replace('"choices"', '"usage":null,"choices"'),
            ),
          ),
        ],
        { stream: true },
      ],
      [
        'a stream of a tool’s arguments',
        [streamed([event({ tool_calls: [{ index: 0, function: { arguments: TEXT } }] }), ...END])],
        { stream: true },
      ],
      [
        'a stream of thoughts',
        [streamed([event({ reasoning_content: TEXT, content: null }), ...END])],
        { stream: true },
      ],
      [
        'a stream of letters that are written as numbers',
        [streamed([event({ content: '中'.repeat(166) + 'ab' }).replace(/中/g, '\\u4e2d'), ...END])],
        { stream: true },
      ],
    ] as const)('is the same by its text: %s', async (_name, scripts, body) => {
      await start([scripts]);
      await chat(body);
      const [entry] = await entries();
      expect(entry).toMatchObject({ outcome: 'success', estimated: 'usage' });
      expect(entry?.microDollars).toBe(PROMPT + ANSWER);
    });

    it('is what passed of a stream that is cut', async () => {
      await start([[streamed([event({ content: 'x'.repeat(40) })], { end: 'reset' })]]);
      await chat({ stream: true });
      expect(await entries()).toMatchObject([
        { outcome: 'provider_stream_cut', microDollars: PROMPT + 100_000, estimated: 'usage' },
      ]);
    });

    it('is what is told of a stream that is cut behind its usage', async () => {
      const usage = 'data: {"choices":[],"usage":{"prompt_tokens":70,"completion_tokens":30}}\n\n';
      await start([[streamed([event({ content: 'x' }), usage], { end: 'reset' })]]);
      await chat({ stream: true });
      expect(await entries()).toMatchObject([{ microDollars: 370_000, estimated: 'none' }]);
    });
  });

  describe('for an answer that nobody waited for', () => {
    it('is the prompt, where the client leaves before a document', async () => {
      await start([[{ kind: 'hang' }]]);
      await leave({});
      expect(await entries()).toMatchObject([
        {
          outcome: 'client_disconnected',
          deploymentId: 'first',
          promptTokens: 5,
          completionTokens: 0,
          microDollars: PROMPT,
          estimated: 'usage',
        },
      ]);
    });

    it('is the prompt, where the client leaves before a stream', async () => {
      await start([[{ kind: 'hang' }]]);
      await leave({ stream: true });
      expect(await entries()).toMatchObject([{ microDollars: PROMPT }]);
    });

    it('is the prompt and what passed, where the client leaves a stream', async () => {
      await start([[streamed([event({ content: 'x'.repeat(40) })], { end: 'hang' })]]);
      await leave({ stream: true }, 1);
      expect(await entries()).toMatchObject([
        { outcome: 'client_disconnected', microDollars: PROMPT + 100_000 },
      ]);
    });

    it('is the prompt of each attempt that timed out, and of the answer', async () => {
      await start([[{ kind: 'hang' }], [{ kind: 'json', body: completion('Hi') }]], {
        router: { retries: 1, timeoutSeconds: 0.3, callTimeoutSeconds: 5 },
      });
      const response = await chat();
      const told = Number(response.headers.get('x-litellm-response-cost'));
      expect(await entries(2)).toMatchObject([
        { deploymentId: 'first', outcome: 'provider_timeout', microDollars: PROMPT },
        { deploymentId: 'second', outcome: 'success', microDollars: 7_000 + 30_000 },
      ]);
      expect(Math.round(told * 1e6)).toBe(PROMPT + 37_000);
      expect(response.headers.get('x-litellm-ha-cost-estimated')).toBe('usage');
    });

    it('is the prompt of a call that timed out everywhere, and its error says so', async () => {
      await start([[{ kind: 'hang' }]], { router: { timeoutSeconds: 0.3 } });
      const response = await chat();
      expect(response.status).toBe(408);
      expect(response.headers.get('x-litellm-response-cost')).toBe('0.005');
      expect(await entries()).toMatchObject([
        { outcome: 'provider_timeout', microDollars: PROMPT },
      ]);
    });

    it('is the prompt of an attempt that lost its race', async () => {
      const hedging = { afterMs: 50, afterPercentile: null, most: 1, mostPriority: 0 };
      await start([[{ kind: 'hang' }], [{ kind: 'json', body: completion('Hi') }]], {
        router: { hedging },
      });
      const response = await chat();
      expect(await entries(2)).toMatchObject([
        { deploymentId: 'first', outcome: 'attempt_abandoned', microDollars: PROMPT },
        { deploymentId: 'second', outcome: 'success', microDollars: 37_000 },
      ]);
      expect(response.headers.get('x-litellm-response-cost')).toBe('0.042');
    });

    it('is nothing for an attempt that its provider refused, broke off, or never got', async () => {
      await start(
        [
          [{ kind: 'json', status: 500, body: providerError('boom') }],
          [{ kind: 'reset' }],
          [{ kind: 'json', body: completion('Hi') }],
        ],
        { router: { retries: 2 } },
      );
      await providers[1]?.stop();
      const response = await chat();
      expect(response.status).toBe(200);
      expect(await entries()).toMatchObject([{ deploymentId: 'third', microDollars: 37_000 }]);
      expect(spent).toHaveLength(1);
    });
  });

  describe('for tokens that are priced apart', () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 100,
      total_tokens: 1100,
      prompt_tokens_details: { cached_tokens: 800 },
      completion_tokens_details: { reasoning_tokens: 60 },
    };

    it.each([
      ['document', { kind: 'json', body: { ...(completion('Hi') as object), usage } }, false],
      [
        'stream',
        streamed([
          ...completionChunks(['Hi']).slice(0, -1),
          `data: ${JSON.stringify({ choices: [], usage })}\n\n`,
          'data: [DONE]\n\n',
        ]),
        true,
      ],
    ] as const)('is what each kind costs, of a %s', async (_name, script, stream) => {
      const otherCosts = {
        cache_read_input_token_cost: 0.0001,
        output_cost_per_reasoning_token: 0.02,
      };
      await start([[script]], { models: { otherCosts } });
      await chat({ stream });
      // 200 × 1000 + 800 × 100, and 40 × 10 000 + 60 × 20 000 millionths.
      expect(await entries()).toMatchObject([
        { microDollars: 280_000 + 1_600_000, promptTokens: 1000, estimated: 'none' },
      ]);
    });
  });

  it('tells the same sum in header, ledger and metrics', async () => {
    const gate = await start([[{ kind: 'json', body: completion('Hi') }, untold(TEXT)]]);
    const costs = [await chat(), await chat()].map((response) =>
      Math.round(1e6 * Number(response.headers.get('x-litellm-response-cost'))),
    );
    await entries(2);
    expect(costs).toEqual(spent.map(({ microDollars }) => microDollars));
    const metrics = await (await gate.get('/metrics')).text();
    expect(metrics).toContain(
      `litellm_spend_metric_total{requested_model="gpt-4o"} ${(37_000 + PROMPT + ANSWER) / 1e6}\n`,
    );
    expect(metrics).toContain(
      `litellm_ha_estimated_spend_total{requested_model="gpt-4o"} ${(PROMPT + ANSWER) / 1e6}\n`,
    );
  });
});
