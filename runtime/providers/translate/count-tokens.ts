import type { AnswerTokens } from './openai-answer';

/** Unit: tokens. */
export interface CachedTokens {
  /** Of the prompt, beside what the cache holds. */
  readonly fresh: number;
  readonly read: number;
  readonly written: number;
  readonly completion: number;
}

/** For providers that count what their cache holds beside the rest of the prompt; OpenAI counts it in. */
export function renderCachedTokens({
  fresh,
  read,
  written,
  completion,
}: CachedTokens): AnswerTokens {
  const prompt = fresh + read + written;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: read, cache_creation_tokens: written },
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
  };
}

/** What is no count of tokens is taken for none. */
export function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;
}
