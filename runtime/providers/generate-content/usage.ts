import { countOf } from '../translate/count-tokens';
import type { AnswerTokens } from '../translate/openai-answer';
import { isMap } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';

/**
 * `usageMetadata` in OpenAI's words. Google counts thoughts beside the answer and cached tokens within the prompt; OpenAI
 * counts both in. https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function translateUsage(usage: Json): AnswerTokens {
  const told = countOf(usage.promptTokenCount);
  const answered = countOf(usage.candidatesTokenCount) || countOf(usage.responseTokenCount);
  const thoughts = countOf(usage.thoughtsTokenCount);
  const total = countOf(usage.totalTokenCount);
  // Some models count their thoughts into the answer already, which shows in the total.
  const completion = total === told + answered ? Math.max(answered, thoughts) : answered + thoughts;
  const prompt = told + countOf(usage.toolUsePromptTokenCount);
  const cached = countOf(usage.cachedContentTokenCount);
  const audio = countAudio(usage.promptTokensDetails) - countAudio(usage.cacheTokensDetails);
  const spoken =
    countAudio(usage.candidatesTokensDetails) || countAudio(usage.responseTokensDetails);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: Math.max(total, prompt + completion),
    prompt_tokens_details: {
      cached_tokens: cached,
      // Cached audio is priced as cached.
      ...(audio > 0 ? { audio_tokens: audio } : {}),
    },
    completion_tokens_details: {
      reasoning_tokens: thoughts,
      ...(spoken > 0 ? { audio_tokens: spoken } : {}),
    },
  };
}

function countAudio(details: unknown): number {
  if (!Array.isArray(details)) return 0;
  return details
    .filter(isMap)
    .filter(({ modality }) => modality === 'AUDIO')
    .reduce((sum, { tokenCount }) => sum + countOf(tokenCount), 0);
}
