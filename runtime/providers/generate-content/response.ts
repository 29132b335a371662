import type { AnswerChoice, AnswerMessage, TranslatedAnswer } from '../translate/openai-answer';
import { isMap, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';
import type { TranslatedCall } from '../translation';
import { CallIds, readAnswerParts } from './answer-parts';
import type { AnswerParts } from './answer-parts';
import { translateFinish } from './finish-reason';
import { translateLogprobs } from './logprobs';
import { selectOwnFields } from './own-fields';
import { translateUsage } from './usage';

/** A `GenerateContentResponse` as a chat completion. Null: it holds no answer. */
export function translateAnswerDocument(
  document: unknown,
  call: TranslatedCall,
): TranslatedAnswer | null {
  if (!isMap(document)) return null;
  const ids = new CallIds(call.id);
  const candidates = readCandidates(document);
  const choices = candidates.map((candidate, at) => translateCandidate(candidate, { at, ids }));
  if (choices.length === 0 && !isBlocked(document)) return null;
  const usage = readMap(document.usageMetadata);
  return {
    id: readText(document.responseId),
    model: readText(document.modelVersion),
    choices: choices.length === 0 ? [BLOCKED] : choices,
    usage: usage === null ? null : translateUsage(usage),
  };
}

export function readCandidates({ candidates }: Json): readonly Json[] {
  return Array.isArray(candidates) ? candidates.filter(isMap) : [];
}

/** The prompt was refused before there was an answer. */
export function isBlocked({ promptFeedback: feedback }: Json): boolean {
  const reason = readText(readMap(feedback)?.blockReason);
  return reason !== null && reason !== 'BLOCK_REASON_UNSPECIFIED';
}

/** Zero is left out by some of Google's serializers. */
export function readIndex({ index }: Json, at: number): number {
  return typeof index === 'number' && Number.isSafeInteger(index) && index >= 0 ? index : at;
}

const BLOCKED: AnswerChoice = {
  index: 0,
  message: { role: 'assistant', content: null },
  finish_reason: 'content_filter',
};

function translateCandidate(
  candidate: Json,
  { at, ids }: { readonly at: number; readonly ids: CallIds },
): AnswerChoice {
  const parts = readAnswerParts(candidate.content, ids);
  const logprobs = translateLogprobs(candidate.logprobsResult);
  return {
    index: readIndex(candidate, at),
    message: renderMessage(candidate, { parts, ids }),
    finish_reason: translateFinish(candidate.finishReason, parts.calls.length),
    ...(logprobs === null ? {} : { logprobs }),
  };
}

function renderMessage(
  candidate: Json,
  { parts, ids }: { readonly parts: AnswerParts; readonly ids: CallIds },
): AnswerMessage {
  const { text, thought, calls, images, audio } = parts;
  const own = selectOwnFields(candidate, parts);
  const isElsewhere = calls.length > 0 || images.length > 0 || audio !== '';
  return {
    role: 'assistant',
    content: text === '' && isElsewhere ? null : text,
    ...(thought === '' ? {} : { reasoning_content: thought }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(images.length === 0 ? {} : { images }),
    ...(audio === ''
      ? {}
      : { audio: { id: ids.next(), data: audio, expires_at: 0, transcript: text } }),
    ...(own === null ? {} : { provider_specific_fields: own }),
  };
}
