type Json = Readonly<Record<string, unknown>>;

/** Where requests of the endpoints keep what a model is to read. */
const MEMBERS = ['messages', 'prompt', 'input', 'system', 'instructions'] as const;
/** Deep enough for every format there is; what lies deeper no provider reads. */
const MOST_DEPTH = 8;

/**
 * The texts that a model is to read: of messages in any form, of tool calls and their results, of prompts. Pictures and
 * sounds are not among them, whose letters mean nothing.
 */
export function selectTexts(body: Json): readonly string[] {
  return MEMBERS.flatMap((member) => textsOf(body[member], 0));
}

function textsOf(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return [value];
  if (depth > MOST_DEPTH || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => textsOf(item, depth + 1));
  const {
    content,
    text,
    input,
    output,
    arguments: given,
    refusal,
    tool_calls,
    ...others
  } = value as Json;
  return [content, text, input, output, given, refusal, tool_calls, others.function]
    .concat(others.function_call)
    .flatMap((part) => textsOf(part, depth + 1));
}
