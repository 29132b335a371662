import { z } from 'zod';
import { startFakeProvider } from '../fake-provider';
import type { FakeProvider, Script, SeenRequest } from '../fake-provider';

/** Strict where the API is: it answers 400 to a member that it does not know. https://docs.anthropic.com/en/api/messages */
const cacheControl = z.strictObject({
  type: z.literal('ephemeral'),
  ttl: z.enum(['5m', '1h']).optional(),
});
const text = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1),
  cache_control: cacheControl.optional(),
});
const source = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('base64'), media_type: z.string(), data: z.base64() }),
  z.strictObject({ type: z.literal('url'), url: z.url() }),
  z.strictObject({
    type: z.literal('text'),
    media_type: z.literal('text/plain'),
    data: z.string(),
  }),
  z.strictObject({ type: z.literal('file'), file_id: z.string() }),
]);
const image = z.strictObject({
  type: z.literal('image'),
  source,
  cache_control: cacheControl.optional(),
});
const documentBlock = z.strictObject({
  type: z.literal('document'),
  source,
  title: z.string().optional(),
  cache_control: cacheControl.optional(),
});
const toolId = z.string().regex(/^[\w-]+$/);
const block = z.discriminatedUnion('type', [
  text,
  image,
  documentBlock,
  z.strictObject({
    type: z.literal('thinking'),
    thinking: z.string(),
    signature: z.string().min(1),
  }),
  z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.strictObject({
    type: z.literal('tool_use'),
    id: toolId,
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
    cache_control: cacheControl.optional(),
  }),
  z.strictObject({
    type: z.literal('tool_result'),
    tool_use_id: toolId,
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [text, image]))]),
    cache_control: cacheControl.optional(),
  }),
]);
const choice = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.enum(['auto', 'any']),
    disable_parallel_tool_use: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal('tool'),
    name: z.string(),
    disable_parallel_tool_use: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('none') }),
]);
export const messagesBody = z.strictObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  messages: z
    .array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.array(block).min(1) }))
    .min(1),
  system: z.array(text).min(1).optional(),
  tools: z
    .array(
      z.strictObject({
        name: z.string(),
        description: z.string().optional(),
        input_schema: z.looseObject({ type: z.literal('object') }),
        cache_control: cacheControl.optional(),
      }),
    )
    .min(1)
    .optional(),
  tool_choice: choice.optional(),
  thinking: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1024) }),
      z.strictObject({ type: z.enum(['adaptive', 'disabled']) }),
    ])
    .optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().optional(),
  top_k: z.int().optional(),
  stop_sequences: z.array(z.string().regex(/\S/)).optional(),
  metadata: z.strictObject({ user_id: z.string() }).optional(),
  output_format: z.strictObject({ type: z.literal('json_schema'), schema: z.unknown() }).optional(),
  stream: z.boolean().optional(),
});

export type MessagesBody = z.infer<typeof messagesBody>;

/** Answers what the test says to requests that the API would take, and 400 or 401 to all others. */
export function startAnthropicServer(
  answer: (body: MessagesBody, seen: SeenRequest, index: number) => Script,
): Promise<FakeProvider> {
  return startFakeProvider((seen, index) => {
    if (seen.path !== '/v1/messages') return refuse(404, 'not_found_error', seen.path);
    if (seen.headers['x-api-key'] !== ANTHROPIC_KEY) {
      return refuse(401, 'authentication_error', 'invalid x-api-key');
    }
    if (seen.headers['anthropic-version'] !== '2023-06-01') {
      return refuse(400, 'invalid_request_error', 'anthropic-version: header is required');
    }
    const parsed = messagesBody.safeParse(JSON.parse(seen.body));
    if (!parsed.success) {
      return refuse(400, 'invalid_request_error', z.prettifyError(parsed.error));
    }
    const fault = findFault(parsed.data);
    return fault === null
      ? answer(parsed.data, seen, index)
      : refuse(400, 'invalid_request_error', fault);
  });
}

export const ANTHROPIC_KEY = 'sk-ant-api03-scripted';

/** What the schema cannot say. */
function findFault({
  messages,
  thinking,
  max_tokens: most,
  tools,
  tool_choice: chosen,
}: MessagesBody): string | null {
  for (const [at, message] of messages.entries()) {
    const expected = at % 2 === 0 ? 'user' : 'assistant';
    if (message.role !== expected) return `messages.${at}: roles must alternate`;
    const asked = message.content.flatMap((each) => (each.type === 'tool_use' ? [each.id] : []));
    const answered = (messages[at + 1]?.content ?? []).flatMap((each) =>
      each.type === 'tool_result' ? [each.tool_use_id] : [],
    );
    if (asked.some((id) => !answered.includes(id))) {
      return `messages.${at}: tool_use ids were found without tool_result blocks immediately after`;
    }
    if (asked.length > 0 && tools === undefined) return 'tools: Field required';
  }
  if (thinking?.type === 'enabled') {
    if (thinking.budget_tokens >= most)
      return 'max_tokens must be greater than thinking.budget_tokens';
    if (chosen?.type === 'tool' || chosen?.type === 'any') {
      return 'Thinking may not be enabled when tool_choice forces tool use.';
    }
  }
  return null;
}

/** https://docs.anthropic.com/en/api/errors */
export function refuse(status: number, type: string, message: string): Script {
  const body = { type: 'error', error: { type, message }, request_id: 'req_1' };
  return { kind: 'json', status, body };
}

/** A message of the API. */
export function messageOf(content: readonly object[], stopReason = 'end_turn'): Script {
  return {
    kind: 'json',
    body: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-20250514',
      content,
      stop_reason: stopReason,
      stop_sequence: null,
      usage: {
        input_tokens: 100,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 900,
        output_tokens: 10,
      },
    },
  };
}

/** The events of a text, each as a chunk of its own. */
export function streamOf(words: readonly string[]): readonly string[] {
  const event = (json: { readonly type: string; readonly [member: string]: unknown }): string =>
    `event: ${json.type}\ndata: ${JSON.stringify(json)}\n\n`;
  const usage = { input_tokens: 100, cache_read_input_tokens: 900, output_tokens: 1 };
  const message = {
    id: 'msg_1',
    role: 'assistant',
    model: 'claude-sonnet-4-20250514',
    content: [],
    usage,
  };
  return [
    event({ type: 'message_start', message }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    event({ type: 'ping' }),
    ...words.map((word) =>
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: word } }),
    ),
    event({ type: 'content_block_stop', index: 0 }),
    event({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 10 },
    }),
    event({ type: 'message_stop' }),
  ];
}
