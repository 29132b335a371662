import { parseGatewayConfig } from '../../../lib/config';
import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider, Script, SeenRequest } from '../../support/fake-provider';
import { startTestGateway } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

const UP = 'sk-upstream-A1b2C3d4E5f6G7h8';
const MESSAGES = [{ role: 'user', content: 'Hello' }];

/** What OpenAI's API takes; it answers 400 to anything else, and to metadata without store. */
const OPENAI_FIELDS: ReadonlySet<string> = new Set(
  (
    'audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens messages ' +
    'metadata modalities model n parallel_tool_calls prediction presence_penalty prompt_cache_key ' +
    'prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream ' +
    'stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options'
  ).split(' '),
);

function answerStrictly({ body }: SeenRequest, alsoTaken: ReadonlySet<string>): Script {
  const json = JSON.parse(body) as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(json).find((key) => !OPENAI_FIELDS.has(key) && !alsoTaken.has(key));
  const message =
    unknown !== undefined
      ? `Unrecognized request argument supplied: ${unknown}`
      : json.metadata !== undefined && json.store !== true
        ? "The 'metadata' parameter is only allowed when 'store' is enabled."
        : null;
  if (message === null) return { kind: 'json', body: completion('ok') };
  return { kind: 'json', status: 400, body: { error: { message, type: 'invalid_request_error' } } };
}

describe('what reaches a strict provider', () => {
  const running: { stop(): Promise<void> }[] = [];
  let provider: FakeProvider;
  let alsoTaken: ReadonlySet<string> = new Set();

  beforeEach(async () => {
    alsoTaken = new Set();
    provider = await startFakeProvider((request) => answerStrictly(request, alsoTaken));
  });

  afterEach(async () => {
    for (const part of running.splice(0)) await part.stop();
    await provider.stop();
  });

  /** A gateway of one deployment; the settings are YAML at the top level, the parameters a map in flow style. */
  async function start(
    params: object,
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<TestGateway> {
    const model = { model: 'openai/gpt-4o', api_base: provider.url, api_key: 'os.environ/UP' };
    const file = {
      model_list: [{ model_name: 'gpt', litellm_params: { ...model, ...params } }],
      ...settings,
    };
    const environment = { UP, TENANT: 'tenant-from-environment' };
    const gateway = await startTestGateway(
      parseGatewayConfig(JSON.stringify(file), { environment }),
    );
    running.push({ stop: () => gateway.gateway.kill() });
    return gateway;
  }

  async function seen(
    gateway: TestGateway,
    fields: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{
    readonly body: Readonly<Record<string, unknown>>;
    readonly headers: SeenRequest['headers'];
  }> {
    const response = await gateway.chat({ model: 'gpt', messages: MESSAGES, ...fields }, headers);
    expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
    const request = provider.seen.at(-1);
    const {
      model: _,
      messages: __,
      ...body
    } = JSON.parse(request?.body ?? '{}') as Record<string, unknown>;
    return { body, headers: request?.headers ?? {} };
  }

  it("sends a deployment's headers, extra body and parameters, and a client's x- headers", async () => {
    alsoTaken = new Set(['provider', 'top_k', 'min_p']);
    const gateway = await start(
      {
        extra_headers: { 'x-tenant': 'blue', 'X-Region': 'os.environ/TENANT' },
        extra_body: { provider: { sort: 'price' } },
        top_k: 40,
        min_p: 0.1,
        service_tier: 'flex',
      },
      { general_settings: { forward_client_headers_to_llm_api: true } },
    );
    const { body, headers } = await seen(gateway, { top_k: 3 }, { 'x-mycorp': 'abc' });
    expect(body).toEqual({
      provider: { sort: 'price' },
      top_k: 3,
      min_p: 0.1,
      service_tier: 'flex',
    });
    expect(headers).toMatchObject({
      authorization: `Bearer ${UP}`,
      'x-tenant': 'blue',
      'x-region': 'tenant-from-environment',
      'x-mycorp': 'abc',
    });
  });

  it("never sends a client's key, words to the gateway or its address, nor what the deployment sets", async () => {
    const gateway = await start(
      { extra_headers: { 'x-tenant': 'blue' } },
      { general_settings: { forward_client_headers_to_llm_api: true } },
    );
    const kept = {
      'x-api-key': 'sk-test-master',
      'x-my-key': 'Bearer sk-test-master',
      'x-litellm-tags': 'a',
      'x-stainless-lang': 'js',
      'x-forwarded-for': '10.0.0.1',
      'x-real-ip': '10.0.0.1',
      cookie: 'a=b',
      'anthropic-beta': 'c',
      'openai-organization': 'org-client',
    };
    const { headers } = await seen(gateway, {}, { ...kept, 'x-tenant': 'red', 'x-fine': '1' });
    expect(Object.keys(headers).filter((name) => name in kept)).toEqual([]);
    expect(headers).toMatchObject({ 'x-tenant': 'blue', 'x-fine': '1' });
    expect(JSON.stringify(headers)).not.toContain('sk-test-master');
  });

  it("never sends a client's key, also where the file names the header that it stands in", async () => {
    const gateway = await start(
      {},
      {
        general_settings: {
          forward_client_headers_to_llm_api: true,
          litellm_key_header_name: 'X-Our-Pass',
        },
      },
    );
    const shown = { 'x-our-pass': 'sk-test-master', 'x-again': 'sk-test-master', 'x-fine': '1' };
    const { headers } = await seen(gateway, {}, { ...shown, authorization: 'Bearer of-a-proxy' });
    expect(headers['x-fine']).toBe('1');
    expect(JSON.stringify(headers)).not.toContain('sk-test-master');
  });

  it('keeps headers of clients back by default, and forwards them for models that are listed', async () => {
    const listed = (name: string) => ({
      litellm_settings: { model_group_settings: { forward_client_headers_to_llm_api: [name] } },
      router_settings: { model_group_alias: { alias: 'gpt' } },
    });
    for (const [settings, value] of [
      [{}, undefined],
      [listed('other'), undefined],
      [listed('gpt'), 'abc'],
      [listed('g*'), 'abc'],
      [listed('alias'), 'abc'],
    ] as const) {
      const { headers } = await seen(await start({}, settings), {}, { 'x-mycorp': 'abc' });
      expect(headers['x-mycorp']).toBe(value);
    }
  });

  it('forwards the organization of a client only where the configuration says so', async () => {
    const client = { 'openai-organization': 'org-client' };
    const own = { organization: 'org-own' };
    const kept = await seen(await start(own), {}, client);
    expect(kept.headers['openai-organization']).toBe('org-own');
    const forwards = { general_settings: { forward_openai_org_id: true } };
    const forwarded = await seen(await start(own, forwards), {}, client);
    expect(forwarded.headers['openai-organization']).toBe('org-client');
  });

  it('leaves an OpenAI parameter as it is and takes every field of LiteLLM out', async () => {
    const { body } = await seen(await start({}), {
      temperature: 0.5,
      seed: 7,
      metadata: { tags: ['a'], generation_name: 'x' },
      drop_params: true,
      model_info: { id: 'x' },
      input_cost_per_token: 0,
      prompt_id: 'p',
      prompt_variables: {},
      litellm_metadata: {},
      'no-log': true,
      num_retries: 0,
      caching: true,
      max_retries: 1,
      cooldown_time: 1,
      ttl: 5,
      allowed_openai_params: [],
    });
    expect(body).toEqual({ temperature: 0.5, seed: 7 });
  });

  it('merges the extra body of a client, takes x- headers of its body, and drops what it names', async () => {
    alsoTaken = new Set(['top_k']);
    const { body, headers } = await seen(await start({}), {
      extra_body: { top_k: 5, tags: ['a'] },
      extra_headers: { 'X-Trace': 'abc' },
      user: 'u',
      tools: [{ type: 'function', function: { name: 'f', strict: true } }],
      additional_drop_params: ['user', 'tools[*].function.strict'],
    });
    expect(body).toEqual({ top_k: 5, tools: [{ type: 'function', function: { name: 'f' } }] });
    expect(headers['x-trace']).toBe('abc');
  });

  it('drops by the settings what a reasoning model does not take, and calls its bound by its name', async () => {
    const gateway = await start(
      { model: 'openai/o3' },
      { litellm_settings: { drop_params: true } },
    );
    const { body } = await seen(gateway, { temperature: 0.2, top_p: 0.1, max_tokens: 9 });
    expect(body).toEqual({ max_completion_tokens: 9 });
  });

  it('rejects by name a parameter that no model of the group takes', async () => {
    const gateway = await start({ model: 'openai/o3' });
    const response = await gateway.chat({ model: 'gpt', messages: MESSAGES, top_p: 0.5 });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: expect.objectContaining({ gateway_code: 'no_suitable_deployment' }) as unknown },
    ]);
    expect(provider.seen).toEqual([]);
  });

  it('takes out the guardrails that the file accepts in writing to go without', async () => {
    const gateway = await start(
      {},
      {
        guardrails: [
          { guardrail_name: 'pii', litellm_params: { guardrail: 'x', mode: 'pre_call' } },
        ],
        litellm_ha_settings: { accept_without: ['guardrails'] },
      },
    );
    expect((await seen(gateway, { guardrails: ['pii'], seed: 1 })).body).toEqual({ seed: 1 });
  });

  it.each([
    [
      { api_key: 'sk-mine' },
      "api_key must not be set by a client; the gateway's configuration decides where a request goes",
    ],
    [
      { extra_body: { api_base: 'http://evil' } },
      "api_base must not be set by a client; the gateway's configuration decides where a request goes",
    ],
    [
      { fallbacks: [{ model: 'gpt', extra_body: { custom_llm_provider: 'x' } }] },
      "custom_llm_provider must not be set by a client; the gateway's configuration decides where a request goes",
    ],
    [
      { extra_headers: { Authorization: 'x' } },
      'extra_headers must not set "authorization": a client may set headers that start with x- and say nothing of keys or ' +
        "of proxies; the deployment's own extra_headers may set any",
    ],
    [
      { extra_headers: { 'x-a': 'b\r\nx-c: d' } },
      'extra_headers must hold text of one line in ASCII, at most 2048 characters long',
    ],
    [{ extra_headers: 'x' }, 'extra_headers must be a map of headers'],
    [{ extra_body: [] }, 'extra_body must be a map of fields'],
    [{ additional_drop_params: 'x' }, 'additional_drop_params must be an array of names'],
    [{ allowed_openai_params: [1] }, 'allowed_openai_params must be an array of names'],
    [{ drop_params: 'yes' }, 'drop_params must be true or false'],
    [
      { guardrails: ['pii'] },
      'guardrails is not done by this gateway, and the answer would look checked; leave it out, or put the check in front of the gateway',
    ],
  ])('rejects %j before it asks anybody', async (fields, message) => {
    const gateway = await start({});
    const response = await gateway.chat({ model: 'gpt', messages: MESSAGES, ...fields });
    expect(response.status).toBeLessThan(402);
    expect(await response.json()).toMatchObject({ error: { message } });
    expect(provider.seen).toEqual([]);
  });
});
