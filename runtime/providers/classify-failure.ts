import type { Failure, FailureKind, ProviderWords } from '../routing/failure';
import type { UpstreamErrorKind } from '../ports';
import { selectRedactor } from '../redact';
import { FAILURE_CUES } from './failure-cues';
import { parseProviderError } from './parse-provider-error';
import type { ProviderError } from './parse-provider-error';

const LONGEST_MESSAGE = 1000;

export interface ErrorAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfterMs: number | null;
  /** Struck from the message. */
  readonly secrets: readonly string[];
}

/** What a provider's error answer means. */
export function classifyFailure(answer: ErrorAnswer): Failure {
  const { status, secrets } = answer;
  const error = parseProviderError(answer.body);
  const retryAfterMs = answer.retryAfterMs ?? error.retryDelayMs;
  const kind = classifyError(status, error);
  const failure = { kind, status: selectStatus(kind, status), retryAfterMs };
  const hidden = HIDDEN[kind];
  // What a provider says about credentials may quote them, and its account is no business of the client's.
  if (hidden !== undefined) return { ...failure, message: `${hidden} (status ${status})` };
  const message = error.message ?? `the provider answered with status ${status}`;
  return { ...failure, message: redact(message, secrets), words: selectWords(error, secrets) };
}

const CREDENTIALS_REFUSED = "the provider refused the gateway's credentials";

/** What the client hears in place of the provider's own words. */
const HIDDEN: Readonly<Partial<Record<FailureKind, string>>> = {
  provider_authentication: CREDENTIALS_REFUSED,
  provider_permission: CREDENTIALS_REFUSED,
  provider_payment: "the gateway's account with the provider cannot pay",
};

/** What a connection that gave no answer means. */
export function classifyUpstreamError(kind: UpstreamErrorKind): Failure {
  switch (kind) {
    case 'connect':
      return plainFailure('provider_connection', 502, 'the provider could not be reached');
    case 'connection-lost':
      return plainFailure('provider_connection', 502, 'the provider closed the connection');
    case 'protocol':
      return plainFailure('provider_invalid_response', 502, 'the provider broke the HTTP protocol');
    case 'first-byte-timeout':
      return plainFailure('provider_timeout', 408, 'the provider did not answer in time');
    case 'idle-timeout':
      return plainFailure('provider_timeout', 408, 'the provider fell silent during its answer');
    case 'content-timeout':
      return plainFailure('provider_timeout', 408, 'the provider sent comments and no content');
    case 'total-timeout':
      return plainFailure('provider_timeout', 408, 'the provider did not finish in time');
    case 'paused-too-long':
      return plainFailure('provider_stream_cut', 503, 'the client did not read its answer');
  }
}

export function plainFailure(kind: FailureKind, status: number, message: string): Failure {
  return { kind, status, message, retryAfterMs: null };
}

/** The words first, since providers use one status for many things; then the status. */
function classifyError(status: number, error: ProviderError): FailureKind {
  const cue = FAILURE_CUES.find(
    ({ statuses, pattern }) => statuses.includes(status) && pattern.test(error.cues),
  );
  if (cue !== undefined) return cue.kind;
  if (status === 403 || status === 404) {
    if (error.moderation === 'flagged') return 'provider_content_policy';
    // Whoever names a part of the messages has read them, so key and model are in order.
    if (error.param !== null && PROMPT_PART.test(error.param)) return 'provider_bad_request';
  }
  return classifyStatus(status);
}

const PROMPT_PART = /^(messages|input|prompt)\b|image_url|file_id|file_data/;

function classifyStatus(status: number): FailureKind {
  switch (status) {
    case 401:
      return 'provider_authentication';
    case 402:
      return 'provider_payment';
    case 403:
      return 'provider_permission';
    case 404:
      return 'provider_not_found';
    case 408:
    case 504:
      return 'provider_timeout';
    // They speak of this deployment, its address or the moment, not of the request: a sibling may do better.
    case 405:
    case 407:
    case 409:
    case 410:
    case 421:
    case 423:
    case 424:
    case 425:
    case 426:
    case 451:
    case 499: // nginx: whoever stands in front of the provider hung up on it.
      return 'provider_conflict';
    case 422:
      return 'provider_unprocessable';
    case 429:
      return 'provider_rate_limit';
    case 500:
      return 'provider_internal';
    case 502:
      return 'provider_bad_gateway';
    case 503:
    case 529: // Anthropic's "overloaded".
      return 'provider_unavailable';
    default:
      return status >= 400 && status < 500 ? 'provider_bad_request' : 'provider_internal';
  }
}

/** Clients choose their exception by the status: for these kinds it is always LiteLLM's. */
function selectStatus(kind: FailureKind, status: number): number {
  switch (kind) {
    case 'provider_context_window':
    case 'provider_content_policy':
      return 400;
    case 'provider_bad_request':
      return status === 403 || status === 404 ? 400 : status;
    case 'provider_rate_limit':
      return 429;
    case 'provider_authentication':
      return 401;
    default:
      // Redirects are never followed: they would carry the key to another host.
      return status >= 400 ? status : 502;
  }
}

function selectWords(
  { type, param, code }: ProviderError,
  secrets: readonly string[],
): ProviderWords {
  const clean = (word: string | null): string | null =>
    word === null ? null : redact(word, secrets);
  return { type: clean(type), param: clean(param), code: clean(code) };
}

/** Struck out first: of a key that lies across the cut a part would stay. */
function redact(message: string, secrets: readonly string[]): string {
  return selectRedactor(secrets).text(message).slice(0, LONGEST_MESSAGE);
}
