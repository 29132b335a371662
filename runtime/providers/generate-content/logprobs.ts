import type { AnswerLogprobs } from '../translate/openai-answer';
import { isMap, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';

/** `logprobsResult` of a candidate. Null: it was not asked for. */
export function translateLogprobs(result: unknown): AnswerLogprobs | null {
  const { chosenCandidates: chosen, topCandidates: top } = readMap(result) ?? {};
  if (!Array.isArray(chosen)) return null;
  const alternatives: readonly unknown[] = Array.isArray(top) ? top : [];
  return {
    content: chosen.filter(isMap).map((candidate, at) => {
      const list = readMap(alternatives[at])?.candidates;
      const others = Array.isArray(list) ? list.filter(isMap) : [];
      return { ...translateToken(candidate), top_logprobs: others.map(translateToken) };
    }),
  };
}

function translateToken({ token, logProbability }: Json): {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: null;
} {
  const logprob = typeof logProbability === 'number' ? logProbability : 0;
  return { token: readText(token) ?? '', logprob, bytes: null };
}
