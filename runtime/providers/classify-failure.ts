import type { Failure, FailureKind } from '../routing/failure';
import type { UpstreamErrorKind } from '../ports';

const CONTEXT_WINDOW_CUES = [
  'context_length_exceeded',
  'maximum context length',
  'exceed context limit',
  "longer than the model's context length",
  'input tokens exceed the configured limit',
  'string too long',
  'exceeds the maximum number of tokens allowed',
  '`inputs` tokens + `max_new_tokens`',
];
const CONTENT_POLICY_CUES = [
  'content_policy_violation',
  'content_filter',
  'content management policy',
  'safety system',
];
const RATE_LIMIT_CUES = ['rate limit', 'rate_limit', 'service tier capacity exceeded'];

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
  const { message, cues } = parseProviderError(answer.body);
  const kind = classifyStatus(answer.status, cues);
  const hidden = kind === 'provider_authentication' || kind === 'provider_permission';
  return {
    kind,
    // Redirects are never followed: they would carry the key to another host.
    status: answer.status >= 400 ? answer.status : 502,
    // What a provider says about credentials may quote them.
    message: hidden
      ? `the provider refused the gateway's credentials (status ${answer.status})`
      : redact(message ?? `the provider answered with status ${answer.status}`, answer.secrets),
    retryAfterMs: answer.retryAfterMs,
  };
}

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

function classifyStatus(status: number, cues: string): FailureKind {
  switch (status) {
    case 400:
      return classifyBadRequest(cues);
    case 401:
      return 'provider_authentication';
    case 403:
      return 'provider_permission';
    case 404:
      return 'provider_not_found';
    case 408:
    case 504:
      return 'provider_timeout';
    case 413:
      return 'provider_bad_request';
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

function classifyBadRequest(cues: string): FailureKind {
  if (CONTEXT_WINDOW_CUES.some((cue) => cues.includes(cue))) return 'provider_context_window';
  if (CONTENT_POLICY_CUES.some((cue) => cues.includes(cue))) return 'provider_content_policy';
  if (RATE_LIMIT_CUES.some((cue) => cues.includes(cue))) return 'provider_rate_limit';
  return 'provider_bad_request';
}

interface ProviderError {
  readonly message: string | null;
  /** All that may tell the kind, in small letters. */
  readonly cues: string;
}

function parseProviderError(body: string): ProviderError {
  const cues = body.toLowerCase();
  try {
    const json = JSON.parse(body) as { error?: { message?: unknown } | string; message?: unknown };
    const error = json.error;
    const message = typeof error === 'string' ? error : (error?.message ?? json.message);
    return { message: typeof message === 'string' ? message : null, cues };
  } catch {
    // HTML of some proxy in between: the status says enough.
    return { message: null, cues };
  }
}

function redact(message: string, secrets: readonly string[]): string {
  const cut = message.slice(0, LONGEST_MESSAGE);
  return secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), cut);
}
