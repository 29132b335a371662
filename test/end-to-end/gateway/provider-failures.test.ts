import type { RouterConfig } from '../../../lib/config/gateway-config';
import {
  completion,
  completionChunks,
  shownChunks,
  startFakeProvider,
} from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, startTestGateway } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

const ANSWER: Script = { kind: 'json', body: completion('Hi') };
const STREAM: Script = { kind: 'stream', chunks: completionChunks(['Hi']) };
const ROLE = `data: ${JSON.stringify({
  choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
})}\n\n`;

interface ErrorBody {
  readonly error: Readonly<Record<string, unknown>>;
}

describe("what a provider's answer means", () => {
  const providers: FakeProvider[] = [];
  let gateway: TestGateway | null = null;

  afterEach(async () => {
    await gateway?.gateway.kill();
    gateway = null;
    await Promise.all(providers.splice(0).map((provider) => provider.stop()));
  });

  /** A gateway before two deployments of `gpt-4o`, the first of which is always chosen first, and one of `other`. */
  async function start(
    {
      first,
      second = ANSWER,
      other = ANSWER,
    }: Partial<Record<'first' | 'second' | 'other', Script>>,
    router: Partial<RouterConfig> = {},
  ): Promise<TestGateway> {
    for (const script of [first ?? ANSWER, second, other]) {
      providers.push(await startFakeProvider(() => script));
    }
    const [a, b, c] = providers.map(({ url }) => url);
    gateway = await startTestGateway(
      gatewayConfig(
        [
          deployment({ id: 'first', apiBase: a }),
          deployment({ id: 'second', apiBase: b }),
          deployment({ id: 'other', modelName: 'other', apiBase: c }),
        ],
        { retries: 2, ...router },
      ),
    );
    return gateway;
  }

  const count = (index: number): number => providers[index]?.seen.length ?? 0;

  async function metric(name: string): Promise<string | undefined> {
    const text = await (await gateway?.get('/metrics'))?.text();
    const line = text
      ?.split('\n')
      .find((each) => each.startsWith(name) && each.includes('"first"'));
    return line?.split(' ').at(-1);
  }

  it.each([402, 405, 409, 410, 421, 423, 424, 425, 451])(
    'status %d moves on to a sibling, for each of ten calls',
    async (status) => {
      const body = { error: { message: 'no', code: status } };
      const { chat } = await start({ first: { kind: 'json', status, body } });
      for (let call = 0; call < 10; call += 1) expect((await chat(HELLO)).status).toBe(200);
      // Only who cannot pay is out of the traffic at once.
      expect(count(0) === 1).toBe(status === 402);
      expect(await metric('litellm_ha_deployment_misconfigured')).toBe(status === 402 ? '1' : '0');
    },
  );

  it('says nothing of an account that cannot pay but that', async () => {
    const body = { error: { message: 'org-7 owes 12.50', code: 'insufficient_balance' } };
    const script: Script = { kind: 'json', status: 402, body };
    const { chat } = await start({ first: script, second: script });
    const response = await chat(HELLO);
    expect(response.status).toBe(402);
    expect(await response.json()).toEqual({
      error: {
        message: "the gateway's account with the provider cannot pay (status 402)",
        type: 'auth_error',
        param: null,
        code: '402',
        gateway_code: 'provider_payment',
      },
    });
  });

  const FLAGGED: readonly (readonly [string, number, unknown, string])[] = [
    [
      'OpenRouter flags',
      403,
      { error: { message: 'flagged', code: 403, metadata: { reasons: ['violence'] } } },
      'flagged',
    ],
    [
      'OpenRouter flags without reasons',
      403,
      { error: { message: 'flagged', metadata: { flagged_input: 'so' } } },
      'flagged',
    ],
    [
      'xAI refuses',
      403,
      { code: 'permission-denied', error: 'Content violates usage guidelines.' },
      'Content violates usage guidelines.',
    ],
    ['Azure filters', 400, { error: { message: 'filtered', code: 'content_filter' } }, 'filtered'],
    [
      'DeepSeek refuses',
      400,
      { error: { message: 'Content Exists Risk', type: 'invalid_request_error' } },
      'Content Exists Risk',
    ],
    [
      'Qwen refuses',
      400,
      { error: { message: 'DataInspectionFailed', code: 'data_inspection_failed' } },
      'DataInspectionFailed',
    ],
  ];

  it.each(FLAGGED)("a prompt that %s is content policy and nobody else's fault", async (...row) => {
    const [, status, body, message] = row;
    const script: Script = { kind: 'json', status, body };
    const { chat } = await start({ first: script, second: script });
    for (let call = 0; call < 6; call += 1) {
      const response = await chat(HELLO);
      expect(response.status).toBe(400);
      expect(((await response.json()) as ErrorBody).error).toMatchObject({
        message,
        gateway_code: 'provider_content_policy',
      });
    }
    expect(count(0) + count(1)).toBe(6);
    expect(await metric('litellm_ha_deployment_misconfigured')).toBe('0');
    expect(await metric('litellm_deployment_state')).toBe('0');
  });

  it.each(FLAGGED)('a prompt that %s goes to the fallback for it', async (...row) => {
    const [, status, body] = row;
    const script: Script = { kind: 'json', status, body };
    const { chat } = await start(
      { first: script, second: script },
      { contentPolicyFallbacks: { 'gpt-4o': ['other'] } },
    );
    const response = await chat(HELLO);
    expect([response.status, response.headers.get('x-litellm-model-id')]).toEqual([200, 'other']);
  });

  it.each<[string, number, unknown]>([
    ['OpenAI', 404, { error: { message: 'x', param: 'messages[0].content[1].image_url' } }],
    ['OpenAI, a file', 404, { error: { message: 'No such File object: file-abc' } }],
    [
      'Anthropic, a file',
      404,
      { error: { type: 'not_found_error', message: 'File not found: file_1' } },
    ],
    ['Groq', 404, { error: { message: 'failed to retrieve media: received status code: 404' } }],
    [
      'OpenRouter',
      404,
      { error: { message: 'No endpoints found that support image input', code: 404 } },
    ],
    ['vLLM', 403, { message: 'image_url: 403 Client Error: Forbidden for url' }],
  ])(
    "an image or a file that %s cannot read is a bad request, and nobody else's fault",
    async (...row) => {
      const [, status, body] = row;
      const { chat } = await start({ first: { kind: 'json', status, body } }, { retries: 0 });
      for (let call = 0; call < 6; call += 1) {
        const response = await chat(HELLO);
        expect(response.status).toBe(400);
        expect(((await response.json()) as ErrorBody).error).toMatchObject({
          gateway_code: 'provider_bad_request',
        });
      }
      expect(count(0)).toBe(6);
      expect(await metric('litellm_ha_deployment_misconfigured')).toBe('0');
    },
  );

  it.each<[string, number, unknown]>([
    [
      'llama.cpp',
      400,
      { error: { message: 'the request exceeds the available context size (4096 tokens)' } },
    ],
    ['Together', 422, { error: { message: '`inputs` tokens + `max_new_tokens` must be <= 8193' } }],
    [
      'Anthropic',
      400,
      { error: { message: 'prompt is too long: 210000 tokens > 200000 maximum' } },
    ],
    ['xAI', 400, { code: 'x', error: "This model's maximum prompt length is 131072 but" }],
    ['Bedrock', 413, { message: 'Input is too long for requested model.' }],
    ['Qwen', 400, { error: { message: 'Range of input length should be [1, 30720]' } }],
    [
      'Xinference',
      500,
      { detail: 'The decoder prompt is longer than the maximum model length of 1' },
    ],
    ['Copilot', 400, { error: { message: 'x', code: 'model_max_prompt_tokens_exceeded' } }],
  ])('a prompt that is too long for %s goes to the larger model', async (_name, status, body) => {
    const script: Script = { kind: 'json', status, body };
    const { chat } = await start(
      { first: script, second: script },
      { contextWindowFallbacks: { 'gpt-4o': ['other'] } },
    );
    const response = await chat(HELLO);
    expect([response.status, response.headers.get('x-litellm-model-id')]).toEqual([200, 'other']);
    expect(count(0) + count(1)).toBe(1);
  });

  const json = (body: string, contentType = 'application/json'): Script => ({
    kind: 'raw',
    contentType,
    body,
  });

  it.each<[string, Script]>([
    ['choices that are null', json('{"id":"a","choices":null}')],
    ['no choices in the list', json('{"id":"a","choices":[]}')],
    ['no list of choices', json('{"id":"a"}')],
    ['a choice that is null', json('{"choices":[null]}')],
    ['nothing', json('')],
    ['HTML', json('<html>{"choices":[{</html>', 'text/html')],
    ['an end of a stream', json('data: [DONE]\n\n', 'text/event-stream')],
    ['an error beside its choices', json('{"choices":[{}],"error":{"message":"no"}}')],
    ['an error inside its choice', json('{"choices":[{"error":{"message":"no","code":502}}]}')],
  ])('answers from a sibling when the first sends %s with status 200', async (_name, first) => {
    const { chat } = await start({ first });
    for (let call = 0; call < 3; call += 1) {
      expect((await chat(HELLO)).headers.get('x-litellm-model-id')).toBe('second');
    }
    expect(await metric('litellm_deployment_failure_responses_total')).toBe('3');
  });

  const stream = (chunks: readonly string[], end: 'end' | 'reset' = 'end'): Script => ({
    kind: 'stream',
    chunks,
    end,
    gapMs: 5,
  });

  it.each<[string, Script]>([
    ['a lone [DONE]', stream(['data: [DONE]\n\n'])],
    ['nothing', stream([])],
    ['comments alone', stream([': ping\n\n'])],
    ['a role and [DONE]', stream([ROLE, 'data: [DONE]\n\n'])],
    ['a role and no more', stream([ROLE])],
    ['a role and a reset', stream([ROLE], 'reset')],
    ['a role, comments and a reset', stream([ROLE, ': ping\n\n'], 'reset')],
    ['a verdict on the prompt and a reset', stream(['data: {"choices":[]}\n\n'], 'reset')],
    ['a role and an error', stream([ROLE, 'data: {"error":{"message":"no"}}\n\n'])],
    ['a document', json('{"choices":[{"message":{}}]}')],
  ])('streams from a sibling when the first streams %s', async (_name, first) => {
    const { chat } = await start({ first, second: STREAM });
    const response = await chat({ ...HELLO, stream: true });
    expect(response.headers.get('x-litellm-model-id')).toBe('second');
    const text = await response.text();
    expect(text).toContain('"content":"Hi"');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(text).not.toContain('"role"');
  });

  it('shows the name that the client used in every event of a stream', async () => {
    const { chat } = await start({ other: STREAM }, { modelGroupAlias: { alias: 'other' } });
    const text = await (await chat({ ...HELLO, model: 'alias', stream: true })).text();
    expect(text).toBe(shownChunks(completionChunks(['Hi']), 'alias'));
    expect(text).toContain('"model":"alias"');
  });

  it("keeps the provider's type, param and code", async () => {
    const error = {
      message: "Invalid 'temperature': decimal above maximum value.",
      type: 'invalid_request_error',
      param: 'temperature',
      code: 'decimal_above_max_value',
    };
    const { chat } = await start({ first: { kind: 'json', status: 400, body: { error } } });
    const response = await chat(HELLO);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { ...error, gateway_code: 'provider_bad_request' },
    });
  });

  it('comes back when retry-after-ms says so', async () => {
    const script: Script = {
      kind: 'json',
      status: 429,
      headers: { 'retry-after-ms': '2500' },
      body: {},
    };
    const { chat } = await start({ first: script, second: script }, { retries: 0 });
    expect((await chat(HELLO)).headers.get('retry-after')).toBe('3');
  });
});
