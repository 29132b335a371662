import type { FinishReason } from '../translate/openai-answer';

/** https://ai.google.dev/api/generate-content#FinishReason; what is not here ends an answer like `STOP`. */
const FINISHES: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  OTHER: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  MODEL_ARMOR: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
  IMAGE_OTHER: 'content_filter',
};

/** `calls`: how many tools the answer calls. Google ends such an answer like any other. */
export function translateFinish(reason: unknown, calls: number): FinishReason {
  const finish = FINISHES[String(reason)] ?? 'stop';
  return finish === 'stop' && calls > 0 ? 'tool_calls' : finish;
}

/** A value of the enumeration that says nothing: the answer goes on. */
export function isFinish(reason: unknown): reason is string {
  return typeof reason === 'string' && reason !== '' && reason !== 'FINISH_REASON_UNSPECIFIED';
}
