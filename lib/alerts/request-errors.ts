import { GATEWAY_METRICS } from '../gateway-contract';
import { renderSelector, type AlertScope } from './alert-scope';

/**
 * Codes of failures that only the caller can mend. They count neither as failed nor as served: one client with a wrong
 * model name must not wake anybody, nor must its flood of refusals hide the failures of the others.
 *
 * @see docs/errors.md
 */
export const CALLER_FAULTS = [
  'invalid_request',
  'invalid_json',
  'model_not_found',
  'client_credentials_refused',
  'no_suitable_deployment',
  'tags_not_allowed',
  'authentication_failed',
  'authentication_throttled',
  'expired_key',
  'key_blocked',
  'team_blocked',
  'user_blocked',
  'key_model_access_denied',
  'team_model_access_denied',
  'user_model_access_denied',
  'model_unpriced',
  'required_param_missing',
  'user_not_allowed',
  'content_not_allowed',
  'response_too_large',
  'address_not_allowed',
  'route_not_allowed',
  'token_not_allowed',
  'permission_denied',
  'budget_exceeded',
  'rate_limit_exceeded',
  'unknown_key',
  'unknown_user',
  'unknown_team',
  'already_exists',
  'route_not_found',
  'unknown_model_id',
  'method_not_allowed',
  'request_timeout',
  'body_too_large',
  'headers_too_large',
  'client_disconnected',
  'client_too_slow',
  'provider_bad_request',
  'provider_context_window',
  'provider_content_policy',
  'provider_unprocessable',
] as const;

/** Share of failed requests over a window such as `5m`, of those that are not the caller's fault. */
export function renderErrorRatio({ gateway }: AlertScope, window: string): string {
  const ours = `status!~"${CALLER_FAULTS.join('|')}"`;
  const rate = (...matchers: string[]): string =>
    `sum(rate(${renderSelector(GATEWAY_METRICS.requests, gateway, ...matchers)}[${window}]))`;
  return `${rate('status!="success"', ours)} / ${rate(ours)}`;
}
