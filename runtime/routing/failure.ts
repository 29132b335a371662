import type { GatewayErrorCode } from '../errors';

/** The kinds of failure that routing tells apart; a subset of the gateway's error codes. */
export type FailureKind =
  | Extract<GatewayErrorCode, `provider_${string}`>
  | 'no_deployments'
  | 'model_not_usable'
  | 'no_suitable_deployment'
  | 'tags_not_allowed';

/** Why one attempt gave no answer. */
export interface Failure {
  readonly kind: FailureKind;
  /** The provider's HTTP status, or the one that fits the kind best. */
  readonly status: number;
  /** For the client; free of keys. */
  readonly message: string;
  /** What the provider's `Retry-After` asks for. */
  readonly retryAfterMs: number | null;
  /** Absent where no provider spoke, or where it spoke of our credentials. */
  readonly words?: ProviderWords;
}

/** OpenAI's fields of an error, as the provider filled them in; null: it did not. Short, and free of keys. */
export interface ProviderWords {
  readonly type: string | null;
  /** The part of the request that is to blame. */
  readonly param: string | null;
  readonly code: string | null;
}

/**
 * LiteLLM's exception classes, most specific first: the keys of `retry_policy`. A content-policy failure is looked up
 * before the bad request it also is.
 */
const EXCEPTION_CLASSES: Readonly<Record<FailureKind, readonly string[]>> = {
  provider_bad_request: ['BadRequestError'],
  provider_context_window: ['ContextWindowExceededError', 'BadRequestError'],
  provider_content_policy: ['ContentPolicyViolationError', 'BadRequestError'],
  provider_authentication: ['AuthenticationError'],
  provider_payment: ['AuthenticationError'],
  provider_permission: ['PermissionDeniedError'],
  provider_not_found: ['NotFoundError'],
  provider_conflict: ['APIError', 'InternalServerError'],
  provider_timeout: ['TimeoutError', 'Timeout'],
  provider_unprocessable: ['UnprocessableEntityError', 'BadRequestError'],
  provider_rate_limit: ['RateLimitError'],
  provider_internal: ['InternalServerError'],
  provider_bad_gateway: ['BadGatewayError', 'InternalServerError'],
  provider_unavailable: ['ServiceUnavailableError', 'InternalServerError'],
  provider_connection: ['APIConnectionError', 'InternalServerError'],
  provider_invalid_response: ['APIError', 'InternalServerError'],
  provider_stream_cut: ['MidStreamFallbackError', 'ServiceUnavailableError'],
  no_deployments: ['RateLimitError'],
  model_not_usable: ['APIError'],
  no_suitable_deployment: ['BadRequestError'],
  tags_not_allowed: ['AuthenticationError'],
};

/** Whether another replica's word is one of ours. */
export function isFailureKind(value: unknown): value is FailureKind {
  return typeof value === 'string' && Object.hasOwn(EXCEPTION_CLASSES, value);
}

/** The count that `retry_policy` has for the failure; null: none. */
export function selectRetriesByException(
  kind: FailureKind,
  retriesByException: Readonly<Record<string, number>>,
): number | null {
  const retries = selectByException(kind, retriesByException, 'Retries');
  // A mistake of the caller is tried again only where its own name says so.
  if (retries !== null || selectBlame(kind) === 'caller') return retries;
  return retriesByException['Default'] ?? retriesByException['DefaultRetries'] ?? null;
}

/** The entry of a policy that fits the failure best, with or without the ending that LiteLLM's keys have. */
export function selectByException(
  kind: FailureKind,
  policy: Readonly<Record<string, number>>,
  ending: 'Retries' | 'AllowedFails',
): number | null {
  for (const name of EXCEPTION_CLASSES[kind]) {
    const number = policy[name] ?? policy[`${name}${ending}`];
    if (number !== undefined) return number;
  }
  return null;
}

/** LiteLLM's name of the failure, as its metrics label it. */
export function describeExceptionClass(kind: FailureKind): string {
  return EXCEPTION_CLASSES[kind][0] ?? 'APIError';
}

/** How the failure speaks about the deployment, as opposed to about the caller's request. */
export type Blame = 'caller' | 'deployment' | 'transient';

export function selectBlame(kind: FailureKind): Blame {
  switch (kind) {
    case 'provider_bad_request':
    case 'provider_context_window':
    case 'provider_content_policy':
    case 'provider_unprocessable':
    case 'no_suitable_deployment':
    case 'model_not_usable':
    case 'tags_not_allowed':
      return 'caller';
    case 'provider_authentication':
    case 'provider_payment':
    case 'provider_permission':
    case 'provider_not_found':
      return 'deployment';
    case 'provider_conflict':
    case 'provider_timeout':
    case 'provider_rate_limit':
    case 'provider_internal':
    case 'provider_bad_gateway':
    case 'provider_unavailable':
    case 'provider_connection':
    case 'provider_invalid_response':
    case 'provider_stream_cut':
    case 'no_deployments':
      return 'transient';
  }
}
