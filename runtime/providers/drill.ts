import type { Failure } from '../routing/failure';
import { plainFailure } from './classify-failure';

/**
 * A failure or an answer that a client asks to be played, so that retries and fallbacks can be tried out on a gateway in
 * service without breaking a provider. LiteLLM's words. Administrators may, and keys that are permitted to; nothing of a
 * drill reaches a provider, costs anything, or counts against a deployment.
 */
export interface Drill {
  /** Played once, in place of all attempts in the first group: `mock_testing_fallbacks` and its kin. */
  readonly groupFailure: Failure | null;
  /** Played in place of the first attempt of the call: `mock_testing_rate_limit_error`. */
  readonly firstFailure: Failure | null;
  /** `mock_timeout`: each attempt hangs until its timeout. */
  readonly timeout: 'each-attempt' | 'no';
  /** `mock_response`: the answer to each attempt, or its failure. */
  readonly answer:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'failure'; readonly failure: Failure }
    | null;
}

const LONGEST_MOCK = 16 * 1024;

/** LiteLLM's texts of `mock_response` that stand for an exception. */
const FAILURES_BY_TEXT: ReadonlyMap<string, Failure> = new Map([
  ['litellm.RateLimitError', played('provider_rate_limit', 429)],
  ['litellm.InternalServerError', played('provider_internal', 500)],
  ['litellm.ContextWindowExceededError', played('provider_context_window', 400)],
  ['litellm.ContentPolicyViolationError', played('provider_content_policy', 400)],
]);

/** Null: the request is in earnest. */
export function parseDrill(json: Readonly<Record<string, unknown>>): Drill | null {
  const asks = (key: string): boolean => json[key] === true;
  const drill: Drill = {
    groupFailure: selectGroupFailure(asks),
    firstFailure: asks('mock_testing_rate_limit_error') ? played('provider_rate_limit', 429) : null,
    timeout: asks('mock_timeout') ? 'each-attempt' : 'no',
    answer: parseAnswer(json.mock_response),
  };
  const isPlayed =
    drill.groupFailure !== null ||
    drill.firstFailure !== null ||
    drill.timeout !== 'no' ||
    drill.answer !== null;
  return isPlayed ? drill : null;
}

function selectGroupFailure(asks: (key: string) => boolean): Failure | null {
  if (asks('mock_testing_fallbacks')) return played('provider_internal', 500);
  // LiteLLM's code says the one, its documentation the other.
  if (asks('mock_testing_context_fallbacks') || asks('mock_testing_context_window_fallbacks')) {
    return played('provider_context_window', 400);
  }
  return asks('mock_testing_content_policy_fallbacks')
    ? played('provider_content_policy', 400)
    : null;
}

function parseAnswer(response: unknown): Drill['answer'] {
  if (typeof response !== 'string') return null;
  const failure = FAILURES_BY_TEXT.get(response);
  if (failure !== undefined) return { kind: 'failure', failure };
  return { kind: 'text', text: response.slice(0, LONGEST_MOCK) };
}

function played(kind: Failure['kind'], status: number): Failure {
  return plainFailure(kind, status, 'this failure was played, as the request asked');
}

/** A whole answer in OpenAI's shape that says the text. */
export function renderMockAnswer(model: string, text: string): Buffer {
  const message = { role: 'assistant', content: text };
  return Buffer.from(
    JSON.stringify({
      id: MOCK_ID,
      object: 'chat.completion',
      created: 0,
      model,
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    }),
  );
}

/** The same as a stream. */
export function renderMockStream(model: string, text: string): Buffer {
  const event = (delta: object, finish: string | null): string => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    const chunk = { id: MOCK_ID, object: 'chat.completion.chunk', created: 0, model, choices };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  };
  const content = event({ role: 'assistant', content: text }, null);
  return Buffer.from(`${content}${event({}, 'stop')}data: [DONE]\n\n`);
}

const MOCK_ID = 'chatcmpl-mock';
