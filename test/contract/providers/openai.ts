import { NO_CREDENTIALS } from '../../../runtime/credentials/no-credentials';
import { startOpenAiServer } from '../../support/vendors/openai-server';
import type { OpenAiDoor } from '../../support/vendors/openai-server';
import type { Script } from '../../support/fake-provider';
import { USED } from './vendor';
import type { Refusal, SaidCall, Saying, Vendor } from './vendor';

export const SECRET = 'sk-scripted-openai';

const TOKENS = {
  prompt_tokens: USED.fresh + USED.cached,
  completion_tokens: USED.completion,
  total_tokens: USED.fresh + USED.cached + USED.completion,
  prompt_tokens_details: { cached_tokens: USED.cached },
};
const HEAD = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'gpt-4o-2024-08-06' };

/** https://platform.openai.com/docs/guides/error-codes */
const REFUSED: Readonly<Record<Refusal, Script>> = {
  'bad request': refuse(400, "Invalid value: 'x'", { type: 'invalid_request_error' }),
  'wrong key': refuse(401, 'Incorrect API key provided', {
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  }),
  'no permission': refuse(403, 'Country, region, or territory not supported', {
    type: 'request_forbidden',
    code: 'unsupported_country_region_territory',
  }),
  'unknown model': refuse(404, 'The model `x` does not exist or you do not have access to it.', {
    type: 'invalid_request_error',
    code: 'model_not_found',
  }),
  'prompt too long': refuse(
    400,
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 210000 tokens.",
    { type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' },
  ),
  'rate limit': refuse(429, 'Rate limit reached for gpt-4o', {
    type: 'tokens',
    code: 'rate_limit_exceeded',
  }),
  overloaded: refuse(503, 'The engine is currently overloaded, please try again later', {
    type: 'server_error',
  }),
  broken: refuse(500, 'The server had an error while processing your request', {
    type: 'server_error',
  }),
};

function createVendor(
  parts: Pick<Vendor, 'name' | 'params'> & { readonly door: OpenAiDoor },
): Vendor {
  const { name, params, door } = parts;
  return {
    name,
    params,
    start: (script) => startOpenAiServer(door, script),
    credentials: NO_CREDENTIALS,
    secret: SECRET,
    answer,
    stream,
    give: (form) => answer({ words: [JSON.stringify(form)] }),
    refusals: REFUSED,
  };
}

export const openai = createVendor({
  name: 'OpenAI',
  door: { path: /^\/v1\/chat\/completions$/, header: ['authorization', `Bearer ${SECRET}`] },
  params: (url) => ({ model: 'openai/gpt-4o', api_base: `${url}/v1`, api_key: SECRET }),
});

export const azure = createVendor({
  name: 'Azure OpenAI',
  door: {
    path: /^\/openai\/deployments\/gpt-4o\/chat\/completions\?api-version=2024-10-21$/,
    header: ['api-key', SECRET],
  },
  params: (url) => ({
    model: 'azure/gpt-4o',
    api_base: url,
    api_key: SECRET,
    api_version: '2024-10-21',
  }),
});

export const azureV1 = createVendor({
  name: 'Azure OpenAI, API v1',
  door: { path: /^\/openai\/v1\/chat\/completions$/, header: ['api-key', SECRET] },
  params: (url) => ({ model: 'azure/gpt-4o', api_base: `${url}/openai/v1`, api_key: SECRET }),
});

export const mistral = createVendor({
  name: "Mistral, a row of OpenAI's format",
  door: { path: /^\/v1\/chat\/completions$/, header: ['authorization', `Bearer ${SECRET}`] },
  params: (url) => ({ model: 'mistral/mistral-large', api_base: `${url}/v1`, api_key: SECRET }),
});

function answer(saying: Saying): Script {
  const { words = [], calls = [] } = saying;
  const said = {
    role: 'assistant',
    ...renderThought(saying),
    content: words.length === 0 ? null : words.join(''),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(renderCall) }),
  };
  const choice = { index: 0, message: said, finish_reason: finishOf(saying) };
  return {
    kind: 'json',
    body: { ...HEAD, object: 'chat.completion', choices: [choice], usage: TOKENS },
  };
}

function stream(saying: Saying): ReturnType<Vendor['stream']> {
  const { words = [], calls = [] } = saying;
  const deltas: readonly object[] = [
    { role: 'assistant', content: '' },
    ...(saying.thought === undefined ? [] : [renderThought(saying)]),
    ...words.map((content) => ({ content })),
    ...calls.flatMap((call, index) => {
      const { id, type, function: named } = renderCall(call);
      const half = named.arguments.length >> 1;
      return [
        { tool_calls: [{ index, id, type, function: { name: named.name, arguments: '' } }] },
        { tool_calls: [{ index, function: { arguments: named.arguments.slice(0, half) } }] },
        { tool_calls: [{ index, function: { arguments: named.arguments.slice(half) } }] },
      ];
    }),
  ];
  const event = (more: object): string =>
    `data: ${JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', ...more })}\n\n`;
  const choice = (delta: object, finish: string | null): object => ({
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  return {
    kind: 'stream',
    chunks: [
      ...deltas.map((delta) => event(choice(delta, null))),
      event(choice({}, finishOf(saying))),
      event({ choices: [], usage: TOKENS }),
      'data: [DONE]\n\n',
    ],
  };
}

/** As DeepSeek, Groq and others do; OpenAI keeps thoughts to itself. */
function renderThought({ thought }: Saying): object {
  return thought === undefined ? {} : { reasoning_content: thought };
}

function renderCall({ id, name, args }: SaidCall) {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(args) } };
}

function finishOf({ calls = [] }: Saying): string {
  return calls.length === 0 ? 'stop' : 'tool_calls';
}

function refuse(
  status: number,
  message: string,
  error: { readonly type: string; readonly param?: string; readonly code?: string },
): Script {
  const body = { error: { param: null, code: null, ...error, message } };
  return { kind: 'json', status, headers: status === 429 ? { 'retry-after': '7' } : {}, body };
}
