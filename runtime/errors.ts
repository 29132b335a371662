interface ErrorEntry {
  readonly status: number;
  /** LiteLLM's or OpenAI's word for the class of error, as clients test for it. */
  readonly type: string;
  /** Another attempt of the same request may succeed. */
  readonly retryable: boolean;
}

function entry(status: number, type: string, retryable: 'retryable' | 'final'): ErrorEntry {
  return { status, type, retryable: retryable === 'retryable' };
}

/**
 * Every way a request can fail. Codes are public: clients read them in `error.gateway_code`, the metrics count by
 * them, and `docs/errors.md` explains each one. Codes with `provider_` are failures of the provider that was asked.
 */
export const GATEWAY_ERRORS = {
  invalid_request: entry(400, 'bad_request_error', 'final'),
  budget_exceeded: entry(400, 'budget_exceeded', 'final'),
  required_param_missing: entry(400, 'bad_request_error', 'final'),
  user_not_allowed: entry(400, 'bad_request_error', 'final'),
  content_not_allowed: entry(400, 'bad_request_error', 'final'),
  response_too_large: entry(400, 'bad_request_error', 'final'),
  invalid_json: entry(400, 'bad_request_error', 'final'),
  model_not_found: entry(400, 'bad_request_error', 'final'),
  client_credentials_refused: entry(401, 'auth_error', 'final'),
  no_suitable_deployment: entry(400, 'bad_request_error', 'final'),
  tags_not_allowed: entry(401, 'auth_error', 'final'),
  authentication_failed: entry(401, 'auth_error', 'final'),
  expired_key: entry(401, 'expired_key', 'final'),
  key_blocked: entry(401, 'auth_error', 'final'),
  team_blocked: entry(401, 'auth_error', 'final'),
  user_blocked: entry(401, 'auth_error', 'final'),
  key_model_access_denied: entry(401, 'key_model_access_denied', 'final'),
  team_model_access_denied: entry(401, 'team_model_access_denied', 'final'),
  user_model_access_denied: entry(401, 'user_model_access_denied', 'final'),
  model_unpriced: entry(403, 'permission_denied_error', 'final'),
  permission_denied: entry(403, 'permission_denied_error', 'final'),
  address_not_allowed: entry(403, 'auth_error', 'final'),
  route_not_allowed: entry(403, 'auth_error', 'final'),
  token_not_allowed: entry(403, 'auth_error', 'final'),
  route_not_found: entry(404, 'not_found_error', 'final'),
  unknown_model_id: entry(404, 'not_found_error', 'final'),
  unknown_key: entry(404, 'not_found_error', 'final'),
  unknown_user: entry(404, 'not_found_error', 'final'),
  unknown_team: entry(404, 'not_found_error', 'final'),
  method_not_allowed: entry(405, 'bad_request_error', 'final'),
  already_exists: entry(409, 'bad_request_error', 'final'),
  request_timeout: entry(408, 'timeout_error', 'retryable'),
  body_too_large: entry(413, 'bad_request_error', 'final'),
  headers_too_large: entry(431, 'bad_request_error', 'final'),
  authentication_throttled: entry(429, 'throttling_error', 'retryable'),
  rate_limit_exceeded: entry(429, 'throttling_error', 'retryable'),
  no_deployments: entry(429, 'throttling_error', 'retryable'),
  client_disconnected: entry(499, 'client_disconnected', 'final'),
  client_too_slow: entry(499, 'client_disconnected', 'final'),
  endpoint_not_served: entry(501, 'not_implemented_error', 'final'),
  model_not_usable: entry(501, 'not_implemented_error', 'final'),
  internal_error: entry(500, 'internal_server_error', 'final'),
  gateway_overloaded: entry(503, 'service_unavailable_error', 'retryable'),
  gateway_draining: entry(503, 'service_unavailable_error', 'retryable'),
  keys_unavailable: entry(503, 'service_unavailable_error', 'retryable'),
  store_unavailable: entry(503, 'no_db_connection', 'retryable'),
  provider_bad_request: entry(400, 'bad_request_error', 'final'),
  provider_context_window: entry(400, 'bad_request_error', 'final'),
  provider_content_policy: entry(400, 'bad_request_error', 'final'),
  provider_authentication: entry(401, 'auth_error', 'final'),
  provider_payment: entry(402, 'auth_error', 'final'),
  provider_permission: entry(403, 'permission_denied_error', 'final'),
  provider_not_found: entry(404, 'not_found_error', 'final'),
  provider_timeout: entry(408, 'timeout_error', 'retryable'),
  provider_conflict: entry(409, 'bad_request_error', 'retryable'),
  provider_unprocessable: entry(422, 'bad_request_error', 'final'),
  provider_rate_limit: entry(429, 'throttling_error', 'retryable'),
  provider_internal: entry(500, 'internal_server_error', 'retryable'),
  provider_bad_gateway: entry(502, 'internal_server_error', 'retryable'),
  provider_unavailable: entry(503, 'service_unavailable_error', 'retryable'),
  provider_connection: entry(502, 'internal_server_error', 'retryable'),
  provider_invalid_response: entry(502, 'internal_server_error', 'retryable'),
  provider_stream_cut: entry(503, 'service_unavailable_error', 'retryable'),
} as const satisfies Record<string, ErrorEntry>;

export type GatewayErrorCode = keyof typeof GATEWAY_ERRORS;

export interface GatewayErrorDetails {
  /** The status a provider gave, where it differs from the code's own. */
  readonly status?: number;
  /** The field of the request that is to blame. */
  readonly param?: string;
  /** The provider's own word in place of the code's. */
  readonly type?: string;
  /** OpenAI's `code`, as the provider gave it. */
  readonly openaiCode?: string;
  readonly retryAfterSeconds?: number;
  /** For the answer: name, value, name, value … */
  readonly headers?: readonly string[];
  /** Whose clients read the answer. Default: OpenAI's. */
  readonly dialect?: ErrorDialect;
  readonly cause?: unknown;
}

export type ErrorDialect = 'openai' | 'anthropic' | 'google';

/** A request could not be answered. The message is for the client: it never holds a prompt, a key or a body. */
export class GatewayError extends Error {
  readonly code: GatewayErrorCode;
  readonly status: number;
  readonly type: string;
  readonly retryable: boolean;
  readonly param: string | null;
  readonly openaiCode: string | null;
  readonly retryAfterSeconds: number | null;
  readonly headers: readonly string[];
  readonly dialect: ErrorDialect;

  constructor(code: GatewayErrorCode, message: string, details: GatewayErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.status = details.status ?? GATEWAY_ERRORS[code].status;
    this.type = details.type ?? GATEWAY_ERRORS[code].type;
    this.retryable = GATEWAY_ERRORS[code].retryable;
    this.param = details.param ?? null;
    this.openaiCode = details.openaiCode ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    this.headers = details.headers ?? [];
    this.dialect = details.dialect ?? 'openai';
  }
}

/**
 * LiteLLM's error JSON, with our stable code beside it. `code` is the status as text, LiteLLM's habit, save where the
 * provider has a word of its own: OpenAI's clients compare it with words such as `context_length_exceeded`.
 */
export function renderErrorJson(error: GatewayError): string {
  const { message, type, status } = error;
  const ours = { message, gateway_code: error.code };
  switch (error.dialect) {
    case 'anthropic':
      return JSON.stringify({ type: 'error', error: { type, ...ours } });
    case 'google':
      return JSON.stringify({ error: { code: status, status: 'UNIMPLEMENTED', ...ours } });
    case 'openai': {
      const code = error.openaiCode ?? String(status);
      const { param, code: gatewayCode } = error;
      return JSON.stringify({ error: { message, type, param, code, gateway_code: gatewayCode } });
    }
  }
}
