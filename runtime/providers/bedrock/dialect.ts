import { MESSAGES_DIALECT } from '../messages-api/dialect';
import type { AnswerDialect } from '../translate/answer-dialect';
import { translateError } from './error';
import { EventStream, selectConverseEvent, selectInvokeEvent } from './event-stream';
import { translateConverse } from './response';
import { ConverseStream } from './stream';

/** One format for all models. */
export const CONVERSE_DIALECT: AnswerDialect = {
  json: translateConverse,
  events: () => new EventStream(selectConverseEvent),
  stream: () => new ConverseStream(),
  error: translateError,
};

/** Anthropic's own format within AWS's events and errors. */
export const INVOKE_DIALECT: AnswerDialect = {
  ...MESSAGES_DIALECT,
  events: () => new EventStream(selectInvokeEvent),
  error: translateError,
};
