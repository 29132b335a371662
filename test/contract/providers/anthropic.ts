import { NO_CREDENTIALS } from '../../../runtime/credentials/no-credentials';
import {
  ANTHROPIC_KEY,
  refuse,
  startAnthropicServer,
} from '../../support/vendors/anthropic-server';
import type { Script } from '../../support/fake-provider';
import { USED } from './vendor';
import type { Saying, Vendor } from './vendor';

type Json = Readonly<Record<string, unknown>>;

const HEAD = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-20250514' };
const PROMPT = {
  input_tokens: USED.fresh,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: USED.cached,
};

export const anthropic: Vendor = {
  name: 'Anthropic',
  start: (script) => startAnthropicServer((_body, seen) => script(seen)),
  params: (url) => ({
    model: 'anthropic/claude-sonnet-4-20250514',
    api_base: url,
    api_key: ANTHROPIC_KEY,
  }),
  credentials: NO_CREDENTIALS,
  secret: ANTHROPIC_KEY,
  answer: (saying) => ({ kind: 'json', body: renderMessage(saying) }),
  stream: (saying) => ({ kind: 'stream', chunks: renderMessageEvents(saying).map(renderEvent) }),
  give: (form) => ({ kind: 'json', body: renderMessage(givenForm(form)) }),
  refusals: {
    'bad request': refuse(400, 'invalid_request_error', 'temperature: range: 0..1'),
    'wrong key': refuse(401, 'authentication_error', 'invalid x-api-key'),
    'no permission': refuse(403, 'permission_error', 'Your API key cannot use this resource.'),
    'unknown model': refuse(404, 'not_found_error', 'model: claude-9'),
    'prompt too long': refuse(
      400,
      'invalid_request_error',
      'prompt is too long: 210000 tokens > 200000 maximum',
    ),
    'rate limit': withPatience(refuse(429, 'rate_limit_error', 'This would exceed your limit.')),
    overloaded: refuse(529, 'overloaded_error', 'Overloaded'),
    broken: refuse(500, 'api_error', 'Internal server error'),
  },
};

/** The tool by which a form is asked for. */
export function givenForm(form: Json): Saying {
  return { calls: [{ id: 'toolu_form', name: 'json_tool_call', args: form }] };
}

function withPatience(script: Script): Script {
  return script.kind === 'json' ? { ...script, headers: { 'retry-after': '7' } } : script;
}

/** A message of the Messages API, whichever cloud it comes from. */
export function renderMessage(saying: Saying): Json {
  const { thought, words = [], calls = [] } = saying;
  const content = [
    ...(thought === undefined ? [] : [{ type: 'thinking', thinking: thought, signature: 'c2ln' }]),
    ...(words.length === 0 ? [] : [{ type: 'text', text: words.join('') }]),
    ...calls.map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args })),
  ];
  return {
    ...HEAD,
    content,
    stop_reason: stopOf(saying),
    stop_sequence: null,
    usage: { ...PROMPT, output_tokens: USED.completion },
  };
}

/** Its events. https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export function renderMessageEvents(saying: Saying): readonly (Json & { readonly type: string })[] {
  const { thought, words = [], calls = [] } = saying;
  const blocks: readonly { readonly block: Json; readonly deltas: readonly Json[] }[] = [
    ...(thought === undefined
      ? []
      : [
          {
            block: { type: 'thinking', thinking: '', signature: '' },
            deltas: [
              { type: 'thinking_delta', thinking: thought },
              { type: 'signature_delta', signature: 'c2ln' },
            ],
          },
        ]),
    ...(words.length === 0
      ? []
      : [
          {
            block: { type: 'text', text: '' },
            deltas: words.map((text) => ({ type: 'text_delta', text })),
          },
        ]),
    ...calls.map(({ id, name, args }) => {
      const text = JSON.stringify(args);
      const half = text.length >> 1;
      const piece = (json: string): Json => ({ type: 'input_json_delta', partial_json: json });
      return {
        block: { type: 'tool_use', id, name, input: {} },
        deltas: [piece(''), piece(text.slice(0, half)), piece(text.slice(half))],
      };
    }),
  ];
  const message = {
    ...{ ...HEAD, content: [], stop_reason: null, stop_sequence: null },
    usage: { ...PROMPT, output_tokens: 1 },
  };
  return [
    { type: 'message_start', message },
    { type: 'ping' },
    ...blocks.flatMap(({ block, deltas }, index) => [
      { type: 'content_block_start', index, content_block: block },
      ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]),
    {
      type: 'message_delta',
      delta: { stop_reason: stopOf(saying), stop_sequence: null },
      usage: { output_tokens: USED.completion },
    },
    { type: 'message_stop' },
  ];
}

export function renderEvent(json: Json & { readonly type: string }): string {
  return `event: ${json.type}\ndata: ${JSON.stringify(json)}\n\n`;
}

function stopOf({ calls = [] }: Saying): string {
  return calls.length === 0 ? 'end_turn' : 'tool_use';
}
