import { z } from 'zod';
import { startFakeProvider } from '../fake-provider';
import type { FakeProvider, Script, SeenRequest } from '../fake-provider';

/** Strict as OpenAI is: 400 for a member that it does not know. https://platform.openai.com/docs/api-reference/chat/create */
const text = z.strictObject({ type: z.literal('text'), text: z.string() });
const image = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({ url: z.string(), detail: z.string().optional() }),
});
const call = z.strictObject({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string(), arguments: z.string() }),
});
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'developer']), content: z.string() }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [text, image]))]),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.string().nullable(),
    tool_calls: z.array(call).min(1).optional(),
    refusal: z.null().optional(),
  }),
  z.strictObject({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
]);
const request = z.strictObject({
  model: z.string().optional(),
  messages: z.array(message).min(1),
  max_tokens: z.int().optional(),
  temperature: z.number().optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({
          name: z.string(),
          description: z.string().optional(),
          parameters: z.unknown(),
        }),
      }),
    )
    .optional(),
  tool_choice: z.unknown().optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning_effort: z.string().optional(),
  response_format: z.unknown().optional(),
  stream: z.boolean().optional(),
  stream_options: z.strictObject({ include_usage: z.boolean() }).optional(),
});

/** Where a vendor of OpenAI's format is asked, and with which header. */
export interface OpenAiDoor {
  readonly path: RegExp;
  readonly header: readonly [name: string, value: string];
}

/** Answers what the test says to requests that the API would take, and 400, 401 or 404 to all others. */
export function startOpenAiServer(
  door: OpenAiDoor,
  answer: (seen: SeenRequest) => Script,
): Promise<FakeProvider> {
  const [name, value] = door.header;
  return startFakeProvider((seen) => {
    const { path, headers, body } = seen;
    if (!door.path.test(path)) return refuse(404, `Unknown request URL: POST ${path}.`);
    if (headers[name] !== value) return refuse(401, 'Incorrect API key provided');
    const parsed = request.safeParse(JSON.parse(body));
    return parsed.success ? answer(seen) : refuse(400, z.prettifyError(parsed.error));
  });
}

function refuse(status: number, message: string): Script {
  const error = { message, type: 'invalid_request_error', param: null, code: null };
  return { kind: 'json', status, body: { error } };
}
