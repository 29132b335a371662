import type { Reply } from '../../runtime/dispatch/a-router';
import { answering, failing } from '../../runtime/dispatch/a-router';
import type { Behaviour } from './draw-world';

/** What a provider says; the errors in OpenAI's own words, by which both sides tell them apart. */
export function replyOf(behaviour: Behaviour | undefined): Reply {
  switch (behaviour?.kind) {
    case 'answers':
      return answering();
    case 'filters':
      return answering('part', 'content_filter');
    case 'says':
      return failing(behaviour.status);
    case 'too-long':
      return erring("This model's maximum context length is 10 tokens.", 'context_length_exceeded');
    case 'refuses-content':
      return erring(
        'Invalid prompt: it was flagged as potentially violating our usage policy.',
        'invalid_prompt',
      );
    case undefined:
      throw new Error('a deployment without a behaviour was asked');
  }
}

function erring(message: string, code: string): Reply {
  const error = { message, type: 'invalid_request_error', param: 'messages', code };
  return { status: 400, json: { error } };
}
