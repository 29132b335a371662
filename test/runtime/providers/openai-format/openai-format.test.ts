import type { DeploymentConfig } from '../../../../lib/config/gateway-config';
import { parseClientBody } from '../../../../runtime/providers/client-body';
import { isUnsupported } from '../../../../runtime/providers/provider';
import { PROVIDERS } from '../../../../runtime/providers/providers';
import { deployment } from '../../../support/gateway-config-builder';
import { providerContext } from '../../../support/provider-context';

interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Asked {
  readonly parts?: Partial<DeploymentConfig>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly fields?: object;
}

/** What reaches the provider; a text: why nothing can. */
function send(
  name: string,
  { parts = {}, variables = {}, fields = {} }: Asked = {},
): Sent | string {
  const config = deployment({ id: 'x', apiBase: null, providerModel: 'm', ...parts });
  const provider = PROVIDERS.get(name)?.prepare(config, providerContext(variables));
  if (provider === undefined) return 'unknown provider';
  if (isUnsupported(provider)) return provider.reason;
  const body = parseClientBody(
    Buffer.from(JSON.stringify({ model: 'a', messages: [], ...fields })),
    null,
  );
  const request = provider.toUpstream(body, config.providerModel);
  const pairs = request.headers.flatMap((each, at) =>
    at % 2 === 0 ? [[each, request.headers[at + 1] ?? ''] as const] : [],
  );
  return {
    url: request.origin + request.path,
    headers: Object.fromEntries(pairs),
    body: JSON.parse(request.body.toString()) as Sent['body'],
  };
}

describe('a provider of the table', () => {
  it('is asked where it stands, with the key of its variable', () => {
    expect(send('groq', { parts: { apiKey: null }, variables: { GROQ_API_KEY: 'gsk' } })).toEqual({
      url: 'https://api.groq.com/openai/v1/chat/completions',
      headers: {
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        authorization: 'Bearer gsk',
      },
      body: { model: 'm', messages: [] },
    });
  });

  it.each([
    ['its own variable', null, 'https://variable.test'],
    ['the deployment', 'https://deployment.test', 'https://deployment.test'],
  ])('is asked at the address of %s', (_who, apiBase, base) => {
    const variables = { TOGETHER_AI_API_BASE: 'https://variable.test' };
    expect(send('together_ai', { variables, parts: { apiBase } })).toMatchObject({
      url: `${base}/chat/completions`,
    });
  });

  it('takes the first of several variables', () => {
    const variables = { TOGETHERAI_API_KEY: 'third', TOGETHER_AI_API_KEY: 'second' };
    expect(send('together_ai', { parts: { apiKey: null }, variables })).toMatchObject({
      headers: { authorization: 'Bearer second' },
    });
  });

  it("needs no key on one's own machine, where there is an address", () => {
    const parts = { apiKey: null, apiBase: 'http://localhost:8000/v1' };
    const sent = send('hosted_vllm', { parts });
    expect(sent).toMatchObject({ url: 'http://localhost:8000/v1/chat/completions' });
    expect(sent).not.toHaveProperty('headers.authorization');
  });

  it.each([
    ['http://localhost:11434', 'http://localhost:11434/v1/chat/completions'],
    ['http://localhost:11434/v1', 'http://localhost:11434/v1/chat/completions'],
    ['http://localhost:11434/v1/chat/completions', 'http://localhost:11434/v1/chat/completions'],
  ])('finds the endpoint of Ollama behind %s', (apiBase, url) => {
    expect(send('ollama', { parts: { apiBase, apiKey: null } })).toMatchObject({ url });
  });

  it.each([
    [
      'https://r.services.ai.azure.com/models',
      'api-key',
      'https://r.services.ai.azure.com/models/chat/completions?api-version=v',
    ],
    [
      'https://r.eastus.models.ai.azure.com/v1?api-version=w',
      'authorization',
      'https://r.eastus.models.ai.azure.com/v1/chat/completions?api-version=w',
    ],
  ])('shows its key to %s in %s', (apiBase, header, url) => {
    const sent = send('azure_ai', { parts: { apiBase, apiVersion: 'v' } });
    expect(sent).toMatchObject({ url });
    expect(sent).toHaveProperty(['headers', header]);
  });

  it.each([
    ['huggingface', 'together/deepseek-ai/DeepSeek-R1', 'deepseek-ai/DeepSeek-R1:together'],
    ['huggingface', 'meta-llama/Llama-3.3-70B-Instruct', 'meta-llama/Llama-3.3-70B-Instruct'],
    ['fireworks_ai', 'llama-v3p1-8b', 'accounts/fireworks/models/llama-v3p1-8b'],
    ['fireworks_ai', 'accounts/me/models/x', 'accounts/me/models/x'],
    ['openrouter', 'google/gemini-2.5-pro', 'google/gemini-2.5-pro'],
  ])('is asked by %s for %s as %s', (name, providerModel, model) => {
    expect(send(name, { parts: { providerModel } })).toMatchObject({ body: { model } });
  });

  it('knows the bound of an answer by its older name, where it knows that alone', () => {
    const fields = { max_completion_tokens: 5 };
    expect(send('groq', { fields })).toMatchObject({ body: { max_tokens: 5 } });
    expect(send('groq', { fields })).not.toHaveProperty('body.max_completion_tokens');
    expect(send('openrouter', { fields })).toMatchObject({ body: fields });
  });

  it('is sent what it does not take unless that may be dropped', () => {
    const fields = { seed: 5, tools: [], temperature: 0.5 };
    expect(send('perplexity', { fields })).toMatchObject({ body: fields });
    expect(send('perplexity', { fields: { ...fields, drop_params: true } })).toHaveProperty(
      'body',
      {
        model: 'm',
        messages: [],
        temperature: 0.5,
      },
    );
  });

  it.each([
    ['groq', { apiKey: null }, 'api_key is not set, and neither is GROQ_API_KEY'],
    [
      'together_ai',
      { apiKey: null },
      'api_key is not set, and neither is TOGETHER_API_KEY or TOGETHER_AI_API_KEY or TOGETHERAI_API_KEY or TOGETHER_AI_TOKEN',
    ],
    ['hosted_vllm', {}, 'api_base is not set, and neither is HOSTED_VLLM_API_BASE'],
    [
      'databricks',
      { apiBase: 'ftp://x' },
      'api_base must start with https:// or http://, got ftp://',
    ],
  ])('rejects a deployment of %s with %j', (name, parts, reason) => {
    expect(send(name, { parts })).toBe(reason);
  });
});
