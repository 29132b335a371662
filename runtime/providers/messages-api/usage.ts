import { countOf, renderCachedTokens } from '../translate/count-tokens';
import type { AnswerTokens } from '../translate/openai-answer';
import { readMap } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';

export function translateUsage(usage: Json): AnswerTokens {
  const hour = countOf(readMap(usage.cache_creation)?.ephemeral_1h_input_tokens);
  return {
    ...renderCachedTokens({
      fresh: countOf(usage.input_tokens),
      read: countOf(usage.cache_read_input_tokens),
      written: countOf(usage.cache_creation_input_tokens),
      completion: countOf(usage.output_tokens),
    }),
    ...(hour === 0 ? {} : { cache_creation: { ephemeral_1h_input_tokens: hour } }),
  };
}
