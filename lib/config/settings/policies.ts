import { done, nested, type Section, type Setting } from './setting';

const ROUTER = (kind: string): readonly Setting[] =>
  done(`${kind}Retries`, `router.retriesByException.${kind}`, 1, 4);

/** `router_settings.retry_policy` in LiteLLM's form. */
const COUNTS: Section = {
  settings: [
    ...ROUTER('AuthenticationError'),
    ...ROUTER('BadRequestError'),
    ...ROUTER('ContentPolicyViolationError'),
    ...ROUTER('Default'),
    ...ROUTER('InternalServerError'),
    ...ROUTER('RateLimitError'),
    ...ROUTER('ServiceUnavailableError'),
    ...ROUTER('TimeoutError'),
  ],
  others: 'unknown',
};

const FAILS = `
  APIConnectionError APIError AuthenticationError BadGatewayError BadRequestError
  ContentPolicyViolationError InternalServerError NotFoundError PermissionDeniedError
  RateLimitError ServiceUnavailableError TimeoutError
`;

/** `allowed_fails_policy`, of the router or of one deployment. */
const fails = (field: string): Section => ({
  settings: FAILS.trim()
    .split(/\s+/)
    .flatMap((kind) => done(`${kind}AllowedFails`, `${field}.${kind}`, 1, 4)),
  others: 'unknown',
});

export const RETRY_POLICY: readonly Setting[] = nested('retry_policy', 'map', COUNTS);

export const ROUTER_ALLOWED_FAILS_POLICY: readonly Setting[] = nested(
  'allowed_fails_policy',
  'map',
  fails('router.allowedFailsByException'),
);

export const DEPLOYMENT_ALLOWED_FAILS_POLICY: readonly Setting[] = nested(
  'allowed_fails_policy',
  'map',
  fails('deployments[].allowedFailsByException'),
);
