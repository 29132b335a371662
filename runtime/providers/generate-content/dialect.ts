import type { AnswerDialect } from '../translate/answer-dialect';
import { ServerSentEvents } from '../translate/server-sent-events';
import { translateAnswerDocument } from './response';
import { GenerateContentStream } from './stream';

/** How Gemini answers, at Google AI Studio and at Vertex AI alike. */
export const GENERATE_CONTENT_DIALECT: AnswerDialect = {
  json: translateAnswerDocument,
  events: () => new ServerSentEvents(),
  stream: (call) => new GenerateContentStream(call),
  error: null,
};

/** `generateContent`, or its form that streams server-sent events. */
export function renderMethod(delivery: 'json' | 'stream'): string {
  return delivery === 'stream' ? ':streamGenerateContent?alt=sse' : ':generateContent';
}
