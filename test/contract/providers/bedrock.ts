import { signRequest } from '../../../runtime/credentials/aws/sign-request';
import { NO_CREDENTIALS } from '../../../runtime/credentials/no-credentials';
import type { Script } from '../../support/fake-provider';
import { AWS_KEYS, refuse, startBedrockServer } from '../../support/vendors/bedrock-server';
import { renderEventFrame } from '../../support/vendors/event-frame';
import { givenForm, renderMessage, renderMessageEvents } from './anthropic';
import { USED } from './vendor';
import type { Refusal, Saying, Vendor } from './vendor';

type Json = Readonly<Record<string, unknown>>;

const REGION = 'eu-central-1';
const MODEL = 'anthropic.claude-sonnet-4-20250514-v1:0';

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors */
const REFUSED: Readonly<Record<Refusal, Script>> = {
  'bad request': refuse(400, 'ValidationException', 'The provided temperature is too high.'),
  'wrong key': refuse(
    403,
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ),
  'no permission': refuse(
    403,
    'AccessDeniedException',
    "You don't have access to the model with the specified model ID.",
  ),
  'unknown model': refuse(404, 'ResourceNotFoundException', 'Could not resolve the model.'),
  'prompt too long': refuse(400, 'ValidationException', 'Input is too long for requested model.'),
  'rate limit': refuse(429, 'ThrottlingException', 'Too many requests, please wait.'),
  overloaded: refuse(503, 'ServiceUnavailableException', 'Bedrock is unable to process this.'),
  broken: refuse(500, 'InternalServerException', 'The system encountered an unexpected error.'),
};

const SIGNED = {
  credentials: {
    ...NO_CREDENTIALS,
    signAws: (request, { access, service }) =>
      Promise.resolve(
        signRequest(
          request,
          {
            region: access.region,
            service,
            nowMs: Date.UTC(2026, 0, 1),
            contentType: 'application/json',
          },
          access.keys ?? AWS_KEYS,
        ),
      ),
  },
  secret: AWS_KEYS.secretAccessKey,
  refusals: REFUSED,
} satisfies Partial<Vendor>;

const params = (model: string, region: string): Vendor['params'] => {
  const { accessKeyId, secretAccessKey, sessionToken } = AWS_KEYS;
  return (url) => ({
    model,
    aws_bedrock_runtime_endpoint: url,
    aws_region_name: region,
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
    aws_session_token: sessionToken,
  });
};

export function converseAs(model: string, region: string): Vendor {
  return {
    ...SIGNED,
    name: 'Bedrock, Converse',
    start: (script) => startBedrockServer({ model, region, route: 'converse' }, script),
    params: params(`bedrock/${model}`, region),
    answer: (saying) => ({ kind: 'json', body: renderConverse(saying) }),
    stream: (saying) => ({
      kind: 'stream',
      contentType: 'application/vnd.amazon.eventstream',
      chunks: renderConverseEvents(saying).map(([type, payload]) =>
        renderEventFrame(type, payload),
      ),
    }),
    give: (form) => ({ kind: 'json', body: renderConverse(givenForm(form)) }),
  };
}

export const converse = converseAs(MODEL, REGION);

export const invoke: Vendor = {
  ...SIGNED,
  name: 'Bedrock, Claude by InvokeModel',
  start: (script) => startBedrockServer({ model: MODEL, region: REGION, route: 'invoke' }, script),
  params: params(`bedrock/invoke/${MODEL}`, REGION),
  answer: (saying) => ({ kind: 'json', body: renderMessage(saying) }),
  stream: (saying) => ({
    kind: 'stream',
    contentType: 'application/vnd.amazon.eventstream',
    chunks: renderMessageEvents(saying).map((json) =>
      renderEventFrame('chunk', {
        bytes: Buffer.from(JSON.stringify(json)).toString('base64'),
        p: 'abc',
      }),
    ),
  }),
  give: (form) => ({ kind: 'json', body: renderMessage(givenForm(form)) }),
};

const TOKENS = {
  inputTokens: USED.fresh,
  cacheReadInputTokens: USED.cached,
  cacheWriteInputTokens: 0,
  outputTokens: USED.completion,
  totalTokens: USED.fresh + USED.cached + USED.completion,
};

function renderConverse(saying: Saying): Json {
  const { thought, words = [], calls = [] } = saying;
  const content = [
    ...(thought === undefined
      ? []
      : [{ reasoningContent: { reasoningText: { text: thought, signature: 'c2ln' } } }]),
    ...(words.length === 0 ? [] : [{ text: words.join('') }]),
    ...calls.map(({ id, name, args }) => ({ toolUse: { toolUseId: id, name, input: args } })),
  ];
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: stopOf(saying),
    usage: TOKENS,
    metrics: { latencyMs: 5 },
  };
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export function renderConverseEvents(saying: Saying): readonly (readonly [string, Json])[] {
  const { thought, words = [], calls = [] } = saying;
  const blocks: readonly { readonly start?: Json; readonly deltas: readonly Json[] }[] = [
    ...(thought === undefined
      ? []
      : [
          {
            deltas: [
              { reasoningContent: { text: thought } },
              { reasoningContent: { signature: 'c2ln' } },
            ],
          },
        ]),
    ...(words.length === 0 ? [] : [{ deltas: words.map((text) => ({ text })) }]),
    ...calls.map(({ id, name, args }) => {
      const text = JSON.stringify(args);
      const half = text.length >> 1;
      return {
        start: { toolUse: { toolUseId: id, name } },
        deltas: [text.slice(0, half), text.slice(half)].map((input) => ({ toolUse: { input } })),
      };
    }),
  ];
  return [
    ['messageStart', { role: 'assistant' }],
    ...blocks.flatMap(({ start, deltas }, contentBlockIndex): (readonly [string, Json])[] => [
      ...(start === undefined
        ? []
        : [['contentBlockStart', { contentBlockIndex, start }] as const]),
      ...deltas.map((delta) => ['contentBlockDelta', { contentBlockIndex, delta }] as const),
      ['contentBlockStop', { contentBlockIndex }],
    ]),
    ['messageStop', { stopReason: stopOf(saying) }],
    ['metadata', { usage: TOKENS, metrics: { latencyMs: 5 } }],
  ];
}

function stopOf({ calls = [] }: Saying): string {
  return calls.length === 0 ? 'end_turn' : 'tool_use';
}
