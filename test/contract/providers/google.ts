import { NO_CREDENTIALS } from '../../../runtime/credentials/no-credentials';
import { startFakeProvider } from '../../support/fake-provider';
import type { Script } from '../../support/fake-provider';
import {
  GEMINI_KEY,
  refuse,
  startGoogleServer,
  VERTEX_TOKEN,
} from '../../support/vendors/google-server';
import { anthropic, givenForm, renderMessage, renderMessageEvents, renderEvent } from './anthropic';
import { USED } from './vendor';
import type { Refusal, Saying, Vendor } from './vendor';

type Json = Readonly<Record<string, unknown>>;

const METHODS = '(generateContent|streamGenerateContent\\?alt=sse)';
const VERTEX = '/v1/projects/my-project/locations/europe-west1/publishers';
const CREDENTIALS = { ...NO_CREDENTIALS, google: () => Promise.resolve(VERTEX_TOKEN) };
const VERTEX_PARAMS = {
  vertex_project: 'my-project',
  vertex_location: 'europe-west1',
  vertex_credentials: '/keys/google.json',
};

/** https://cloud.google.com/apis/design/errors */
const REFUSED: Readonly<Record<Refusal, Script>> = {
  'bad request': refuse(400, 'INVALID_ARGUMENT', 'temperature must be below 2'),
  'wrong key': refuse(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.'),
  'no permission': refuse(403, 'PERMISSION_DENIED', 'Permission denied on resource project x.'),
  'unknown model': refuse(404, 'NOT_FOUND', 'models/gemini-9 is not found for API version v1.'),
  'prompt too long': refuse(
    400,
    'INVALID_ARGUMENT',
    'The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).',
  ),
  'rate limit': withRetryInfo(
    refuse(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.'),
  ),
  overloaded: refuse(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'),
  broken: refuse(500, 'INTERNAL', 'An internal error has occurred.'),
};

const OWN = {
  answer,
  stream,
  give: (form: Json) => answer({ words: [JSON.stringify(form)] }),
  refusals: REFUSED,
} as const;

export const gemini: Vendor = {
  ...OWN,
  name: 'Gemini',
  start: (script) =>
    startGoogleServer(new RegExp(`^/v1beta/models/gemini-2\\.5-flash:${METHODS}$`), (_body, seen) =>
      script(seen),
    ),
  params: (url) => ({
    model: 'gemini/gemini-2.5-flash',
    api_base: `${url}/v1beta`,
    api_key: GEMINI_KEY,
  }),
  credentials: NO_CREDENTIALS,
  secret: GEMINI_KEY,
};

export const vertex: Vendor = {
  ...OWN,
  name: 'Vertex AI',
  start: (script) =>
    startGoogleServer(
      new RegExp(`^${VERTEX}/google/models/gemini-2\\.5-flash:${METHODS}$`),
      (_body, seen) => script(seen),
    ),
  params: (url) => ({ model: 'vertex_ai/gemini-2.5-flash', api_base: url, ...VERTEX_PARAMS }),
  credentials: CREDENTIALS,
  secret: VERTEX_TOKEN,
};

const CLAUDE_PATH = `${VERTEX}/anthropic/models/claude-sonnet-4@20250514:`;

/** Anthropic's bodies at Google's address: the model stands in the path, the version in the body. */
export const vertexClaude: Vendor = {
  name: 'Claude on Vertex AI',
  start: (script) =>
    startFakeProvider((seen) => {
      const { path, headers, body } = seen;
      const json = JSON.parse(body) as Json;
      const method = json.stream === true ? 'streamRawPredict' : 'rawPredict';
      if (decodeURIComponent(path) !== CLAUDE_PATH + method) return refuse(404, 'NOT_FOUND', path);
      if (headers.authorization !== `Bearer ${VERTEX_TOKEN}`) {
        return refuse(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
      }
      return json.anthropic_version === 'vertex-2023-10-16' && json.model === undefined
        ? script(seen)
        : refuse(400, 'INVALID_ARGUMENT', 'anthropic_version: Field required');
    }),
  params: (url) => ({
    model: 'vertex_ai/claude-sonnet-4@20250514',
    api_base: url,
    ...VERTEX_PARAMS,
  }),
  credentials: CREDENTIALS,
  secret: VERTEX_TOKEN,
  answer: (saying) => ({ kind: 'json', body: renderMessage(saying) }),
  stream: (saying) => ({ kind: 'stream', chunks: renderMessageEvents(saying).map(renderEvent) }),
  give: (form) => ({ kind: 'json', body: renderMessage(givenForm(form)) }),
  refusals: {
    ...REFUSED,
    'bad request': anthropic.refusals['bad request'],
    'prompt too long': anthropic.refusals['prompt too long'],
    overloaded: anthropic.refusals.overloaded,
  },
};

function withRetryInfo(script: Script): Script {
  if (script.kind !== 'json') return script;
  const { error } = script.body as { readonly error: Json };
  const info = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' };
  return { ...script, body: { error: { ...error, details: [info] } } };
}

function answer(saying: Saying): Script {
  return { kind: 'json', body: renderResponse(renderParts(saying), { finishReason: 'STOP' }) };
}

function stream(saying: Saying): ReturnType<Vendor['stream']> {
  const parts = [
    ...(saying.thought === undefined ? [] : [{ text: saying.thought, thought: true }]),
    ...(saying.words ?? []).map((text) => ({ text })),
    ...renderParts({ calls: saying.calls ?? [] }),
  ];
  return {
    kind: 'stream',
    chunks: parts.map((part, at) => {
      const more = at === parts.length - 1 ? { finishReason: 'STOP' } : {};
      return `data: ${JSON.stringify(renderResponse([part], more))}\r\n\r\n`;
    }),
  };
}

function renderParts({ thought, words = [], calls = [] }: Saying): readonly object[] {
  return [
    ...(thought === undefined ? [] : [{ text: thought, thought: true }]),
    ...(words.length === 0 ? [] : [{ text: words.join('') }]),
    ...calls.map(({ name, args }) => ({ functionCall: { name, args } })),
  ];
}

function renderResponse(parts: readonly object[], more: object): Json {
  const prompt = USED.fresh + USED.cached;
  return {
    candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
    modelVersion: 'gemini-2.5-flash',
    responseId: 'answer-1',
    usageMetadata: {
      promptTokenCount: prompt,
      cachedContentTokenCount: USED.cached,
      candidatesTokenCount: USED.completion,
      totalTokenCount: prompt + USED.completion,
    },
  };
}
