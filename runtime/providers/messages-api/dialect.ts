import type { AnswerDialect } from '../translate/answer-dialect';
import { ServerSentEvents } from '../translate/server-sent-events';
import { translateMessage } from './response';
import { MessageStream } from './stream';

/** How Anthropic's models answer, wherever they run. */
export const MESSAGES_DIALECT: AnswerDialect = {
  json: translateMessage,
  events: () => new ServerSentEvents(),
  stream: () => new MessageStream(),
  error: null,
};
