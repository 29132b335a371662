import type { AnswerTokens } from '../translate/openai-answer';
import { readMap } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';

/** Anthropic counts what was read from its cache, or written to it, beside the rest of the prompt; OpenAI counts it in. */
export function translateUsage(usage: Json): AnswerTokens {
  const read = countOf(usage.cache_read_input_tokens);
  const written = countOf(usage.cache_creation_input_tokens);
  const prompt = countOf(usage.input_tokens) + read + written;
  const completion = countOf(usage.output_tokens);
  const hour = countOf(readMap(usage.cache_creation)?.ephemeral_1h_input_tokens);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: read, cache_creation_tokens: written },
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
    ...(hour === 0 ? {} : { cache_creation: { ephemeral_1h_input_tokens: hour } }),
  };
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;
}
