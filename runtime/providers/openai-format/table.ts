import type { BaseUrl } from '../base-url';
import { ANY_BODY } from '../upstream-body';
import type { BodyDialect } from '../upstream-body';
import { createBodyDialect } from './body-dialects';
import { renderHuggingFaceModel } from './hugging-face-model';

/** What differs between providers that speak OpenAI's format. */
export interface OpenAiFormat {
  /** Where the API stands; null: `api_base` or a variable has to say. */
  readonly base: string | null;
  /** Put behind a base that does not end with it: '' or `/v1`. */
  readonly prefix: string;
  /** Variables that are looked for in this order where the deployment says nothing. */
  readonly baseVariables: readonly string[];
  readonly keyVariables: readonly string[];
  /** `optional`: on one's own machine there is none. */
  readonly key: 'required' | 'optional';
  /** Headers that show the key. */
  readonly showKey: (apiKey: string, base: BaseUrl) => string[];
  readonly apiVersion: 'in-query' | 'none';
  /** Which of OpenAI's parameters it takes, and under which name. */
  readonly body: BodyDialect;
  /** Whether it takes `stream_options`. */
  readonly usageEvents: 'unknown' | 'unsupported';
  readonly renderModel: (model: string) => string;
}

/** A row of the usual kind: the key is `<NAME>_API_KEY`, another base may stand in `<NAME>_API_BASE`. */
function row(
  name: string,
  base: string | null,
  others: Partial<OpenAiFormat> = {},
): readonly [string, OpenAiFormat] {
  const variable = name.toUpperCase().replaceAll('-', '_');
  return [
    name,
    {
      base,
      prefix: '',
      baseVariables: [`${variable}_API_BASE`],
      keyVariables: [`${variable}_API_KEY`],
      key: 'required',
      showKey: (apiKey) => ['authorization', `Bearer ${apiKey}`],
      apiVersion: 'none',
      body: ANY_BODY,
      usageEvents: 'unknown',
      renderModel: (model) => model,
      ...others,
    },
  ];
}

const keys = (...names: readonly string[]): Partial<OpenAiFormat> => ({ keyVariables: names });
const bases = (...names: readonly string[]): Partial<OpenAiFormat> => ({ baseVariables: names });
/** On one's own machine: the address has to be said, a key does not. */
const OWN: Partial<OpenAiFormat> = { key: 'optional' };
/** Knows `max_tokens` alone. */
const OLD_BOUND: Partial<OpenAiFormat> = { body: createBodyDialect('max_tokens', []) };

const knows = (...unsupported: readonly string[]): Partial<OpenAiFormat> => ({
  body: createBodyDialect('max_tokens', unsupported),
});

const COHERE: Partial<OpenAiFormat> = {
  ...keys('COHERE_API_KEY', 'CO_API_KEY'),
  ...bases(),
  ...knows('logit_bias', 'logprobs', 'n', 'user'),
};

/** Azure's own hosts want the key in a header of their own. */
function showAzureKey(apiKey: string, { origin }: BaseUrl): string[] {
  const isAzure = /\.(services\.ai|openai)\.azure\.com(:\d+)?$/.test(origin);
  return isAzure ? ['api-key', apiKey] : ['authorization', `Bearer ${apiKey}`];
}

/**
 * Providers that speak OpenAI's format, by LiteLLM's prefix: where they stand and where their keys are looked for. Read off
 * LiteLLM 1.81.9, and compared with it in the lab. What a provider does not take is dropped under `drop_params`.
 */
export const OPENAI_FORMATS: ReadonlyMap<string, OpenAiFormat> = new Map([
  row('openai', 'https://api.openai.com/v1', bases('OPENAI_BASE_URL', 'OPENAI_API_BASE')),
  row('custom_openai', 'https://api.openai.com/v1', {
    ...keys('OPENAI_API_KEY'),
    ...bases('OPENAI_BASE_URL', 'OPENAI_API_BASE'),
  }),
  row('abliteration', 'https://api.abliteration.ai/v1'),
  row('ai21_chat', 'https://api.ai21.com/studio/v1', {
    ...keys('AI21_API_KEY'),
    ...bases('AI21_API_BASE'),
    ...knows('frequency_penalty', 'logit_bias', 'logprobs', 'presence_penalty', 'top_p', 'user'),
  }),
  row('aiml', 'https://api.aimlapi.com/v1', OLD_BOUND),
  row('amazon_nova', 'https://api.nova.amazon.com/v1', OLD_BOUND),
  row('apertis', 'https://api.stima.tech/v1', { ...keys('STIMA_API_KEY'), ...OLD_BOUND }),
  row('azure_ai', null, { showKey: showAzureKey, apiVersion: 'in-query' }),
  row('baseten', 'https://inference.baseten.co/v1', knows('logit_bias', 'logprobs', 'n')),
  row(
    'cerebras',
    'https://api.cerebras.ai/v1',
    knows('frequency_penalty', 'logit_bias', 'logprobs', 'n', 'presence_penalty'),
  ),
  row('chutes', 'https://llm.chutes.ai/v1', OLD_BOUND),
  row('clarifai', 'https://api.clarifai.com/v2/ext/openai/v1'),
  row('codestral', 'https://codestral.mistral.ai/v1', {
    ...knows('frequency_penalty', 'logit_bias', 'logprobs', 'n', 'presence_penalty', 'user'),
    usageEvents: 'unsupported',
  }),
  row('cognition', 'https://api.cognition.ai/v1'),
  row('cohere', 'https://api.cohere.ai/compatibility/v1', COHERE),
  row('cohere_chat', 'https://api.cohere.ai/compatibility/v1', COHERE),
  row('cometapi', 'https://api.cometapi.com/v1'),
  row('compactifai', 'https://api.compactif.ai/v1'),
  row('darkbloom', 'https://api.darkbloom.dev/v1'),
  row('dashscope', 'https://dashscope.aliyuncs.com/compatible-mode/v1'),
  row(
    'databricks',
    null,
    knows('frequency_penalty', 'logit_bias', 'presence_penalty', 'seed', 'user'),
  ),
  row('deepinfra', 'https://api.deepinfra.com/v1/openai', knows('logprobs', 'seed', 'user')),
  row('deepseek', 'https://api.deepseek.com/beta'),
  row('docker_model_runner', 'http://localhost:22088/engines/llama.cpp', { ...OWN, ...OLD_BOUND }),
  row('empower', 'https://app.empower.dev/api/v1', OLD_BOUND),
  row('featherless_ai', 'https://api.featherless.ai/v1', {
    ...keys('FEATHERLESS_API_KEY', 'FEATHERLESS_AI_API_KEY'),
    ...bases('FEATHERLESS_API_BASE'),
    ...knows('logprobs', 'response_format', 'seed', 'tool_choice', 'tools', 'user'),
  }),
  row('fireworks_ai', 'https://api.fireworks.ai/inference/v1', {
    ...keys(
      'FIREWORKS_API_KEY',
      'FIREWORKS_AI_API_KEY',
      'FIREWORKSAI_API_KEY',
      'FIREWORKS_AI_TOKEN',
    ),
    ...bases('FIREWORKS_API_BASE'),
    ...knows('logit_bias', 'seed'),
    renderModel: renderFireworksModel,
  }),
  row('friendliai', 'https://api.friendli.ai/serverless/v1', {
    ...keys('FRIENDLIAI_API_KEY', 'FRIENDLI_TOKEN'),
    ...bases('FRIENDLI_API_BASE'),
    ...OLD_BOUND,
  }),
  row('galadriel', 'https://api.galadriel.com/v1', OLD_BOUND),
  row('github', 'https://models.inference.ai.azure.com', OLD_BOUND),
  row('gmi', 'https://api.gmi-serving.com/v1'),
  row('gradient_ai', 'https://inference.do-ai.run/v1', {
    ...bases(),
    ...knows(
      'logit_bias',
      'logprobs',
      'n',
      'response_format',
      'seed',
      'tool_choice',
      'tools',
      'user',
    ),
  }),
  row('groq', 'https://api.groq.com/openai/v1', OLD_BOUND),
  row('helicone', 'https://ai-gateway.helicone.ai'),
  row('heroku', null, { prefix: '/v1' }),
  row('hosted_vllm', null, OWN),
  row('huggingface', 'https://router.huggingface.co/v1', {
    ...keys('HF_TOKEN', 'HUGGINGFACE_API_KEY'),
    ...bases('HF_API_BASE', 'HUGGINGFACE_API_BASE'),
    renderModel: renderHuggingFaceModel,
  }),
  row('hyperbolic', 'https://api.hyperbolic.xyz/v1', knows('logit_bias', 'logprobs')),
  row('inception', 'https://api.inceptionlabs.ai/v1'),
  row('lambda_ai', 'https://api.lambda.ai/v1', {
    ...keys('LAMBDA_API_KEY'),
    ...bases('LAMBDA_API_BASE'),
    ...OLD_BOUND,
  }),
  row('lemonade', 'http://localhost:8000/api/v1', OWN),
  row('libertai', 'https://api.libertai.io/v1'),
  row('litellm_proxy', null, OWN),
  row('llamafile', 'http://127.0.0.1:8080/v1', OWN),
  row('llamagate', 'https://api.llamagate.dev/v1', OLD_BOUND),
  row('lm_studio', null, OWN),
  row('maritalk', 'https://chat.maritaca.ai/api'),
  row('meta', 'https://api.meta.ai/v1'),
  row('meta_llama', 'https://api.llama.com/compat/v1', {
    ...keys('LLAMA_API_KEY'),
    ...bases('LLAMA_API_BASE'),
  }),
  row('minimax', 'https://api.minimax.io/v1'),
  // Refuses what it does not know, and tells the usage of every stream.
  row('mistral', 'https://api.mistral.ai/v1', {
    ...keys('MISTRAL_AZURE_API_KEY', 'MISTRAL_API_KEY'),
    ...bases('MISTRAL_AZURE_API_BASE', 'MISTRAL_API_BASE'),
    ...knows('logit_bias', 'logprobs', 'user'),
    usageEvents: 'unsupported',
  }),
  row('modelscope', 'https://api-inference.modelscope.cn/v1'),
  row('moonshot', 'https://api.moonshot.ai/v1', OLD_BOUND),
  row('morph', 'https://api.morphllm.com/v1'),
  row('nano-gpt', 'https://nano-gpt.com/api/v1', { ...keys('NANOGPT_API_KEY'), ...OLD_BOUND }),
  row('nebius', 'https://api.studio.nebius.ai/v1', OLD_BOUND),
  row('novita', 'https://api.novita.ai/v3/openai'),
  row(
    'nscale',
    'https://inference.api.nscale.com/v1',
    knows('seed', 'tool_choice', 'tools', 'user'),
  ),
  row(
    'nvidia_nim',
    'https://integrate.api.nvidia.com/v1',
    knows('logit_bias', 'logprobs', 'n', 'user'),
  ),
  // Ollama answers in this format, too; its own has no streamed tools.
  row('ollama', 'http://localhost:11434', { ...OWN, prefix: '/v1', ...OLD_BOUND }),
  row('ollama_chat', 'http://localhost:11434', {
    ...OWN,
    prefix: '/v1',
    ...keys('OLLAMA_API_KEY'),
    ...bases('OLLAMA_API_BASE'),
    ...OLD_BOUND,
  }),
  row('openai_like', null, OWN),
  row('openrouter', 'https://openrouter.ai/api/v1', keys('OPENROUTER_API_KEY', 'OR_API_KEY')),
  row('ovhcloud', 'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1'),
  row('parasail', 'https://api.parasail.io/v1'),
  row('perplexity', 'https://api.perplexity.ai', {
    ...keys('PERPLEXITYAI_API_KEY', 'PERPLEXITY_API_KEY'),
    ...knows('logit_bias', 'logprobs', 'n', 'seed', 'stop', 'tool_choice', 'tools', 'user'),
  }),
  row('pinstripes', 'https://pinstripes.io/v1'),
  row('poe', 'https://api.poe.com/v1', OLD_BOUND),
  row('publicai', 'https://api.publicai.co/v1', OLD_BOUND),
  row(
    'sambanova',
    'https://api.sambanova.ai/v1',
    knows('frequency_penalty', 'logit_bias', 'logprobs', 'n', 'presence_penalty', 'seed', 'user'),
  ),
  row('sarvam', 'https://api.sarvam.ai/v1', {
    showKey: (apiKey) => ['api-subscription-key', apiKey],
    ...OLD_BOUND,
  }),
  row('scx-ai', 'https://api.scx.ai/v1'),
  row('synthetic', 'https://api.synthetic.new/openai/v1', OLD_BOUND),
  row('tencent', 'https://tokenhub-intl.tencentcloudmaas.com/v1'),
  row('tensormesh', 'https://serverless.tensormesh.ai/v1'),
  row(
    'together_ai',
    'https://api.together.xyz/v1',
    keys('TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY', 'TOGETHERAI_API_KEY', 'TOGETHER_AI_TOKEN'),
  ),
  row('v0', 'https://api.v0.dev/v1'),
  row('veniceai', 'https://api.venice.ai/api/v1', keys('VENICE_AI_API_KEY')),
  row(
    'vercel_ai_gateway',
    'https://ai-gateway.vercel.sh/v1',
    keys('VERCEL_AI_GATEWAY_API_KEY', 'VERCEL_OIDC_TOKEN'),
  ),
  row('volcengine', 'https://ark.cn-beijing.volces.com/api/v3', OLD_BOUND),
  row('wandb', 'https://api.inference.wandb.ai/v1', OLD_BOUND),
  row('xai', 'https://api.x.ai/v1'),
  row('xiaomi_mimo', 'https://api.xiaomimimo.com/v1', OLD_BOUND),
  row('xinference', null, { ...OWN, ...OLD_BOUND }),
  row(
    'zai',
    'https://api.z.ai/api/paas/v4',
    knows('frequency_penalty', 'logit_bias', 'logprobs', 'n', 'presence_penalty', 'seed', 'user'),
  ),
]);

/** Models of the platform itself may be named without its long path. */
function renderFireworksModel(model: string): string {
  return /^accounts\/|#/.test(model) ? model : `accounts/fireworks/models/${model}`;
}
