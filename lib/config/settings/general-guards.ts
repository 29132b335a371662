import { guard, ignored, type Setting } from './setting';

const KEYS = 'give callers virtual keys, or check them in a proxy in front';
const PROXY = 'let a proxy in front do it';

/** What in `general_settings` keeps somebody out, or money or content in. */
export const GENERAL_GUARDS: readonly Setting[] = [
  ...guard('access', 'custom_auth', {
    effect: 'let this Python code decide who may call',
    instead: KEYS,
  }),
  ...guard('access', 'custom_key_generate custom_key_policy custom_key_update', {
    effect: 'let this Python code decide which keys may be made',
    instead: 'let administrators alone make keys',
  }),
  ...guard('access', 'enable_jwt_auth', {
    effect: 'let in by JSON Web Tokens, and nobody without one or a key',
    instead: KEYS,
  }),
  ...guard('access', 'enable_oauth2_auth enable_oauth2_proxy_auth', {
    effect: 'ask an OAuth 2 server who calls',
    instead: KEYS,
  }),
  ...guard('access', 'allowed_ips', {
    effect: 'refuse calls from every other address',
    instead: 'filter addresses at the load balancer or in the firewall',
  }),
  ...guard('access', 'allowed_routes', {
    effect: 'refuse every other route',
    instead: 'let the load balancer lead to these routes alone',
  }),
  ...guard('access', 'admin_only_routes', {
    effect: 'refuse these routes to all but administrators',
    instead: 'let the load balancer lead nobody else there',
  }),
  ...guard('access', 'enforce_rbac role_permissions', {
    effect: 'refuse what the role of the caller does not allow',
    instead: 'give keys the models they may use',
  }),
  ...guard('access', 'enforced_params', {
    effect: 'refuse calls without these fields',
    instead: PROXY,
  }),
  ...guard('access', 'enforce_user_param', {
    effect: 'refuse calls without the field user',
    instead: PROXY,
  }),
  ...guard('access', 'service_account_settings', {
    effect: 'refuse calls of service accounts without these fields',
    instead: PROXY,
  }),
  ...guard('access', 'max_request_size_mb max_response_size_mb', {
    effect: 'refuse what is larger',
    instead: 'bound sizes at the load balancer; requests above 10 MiB are refused in any case',
  }),
  ...guard('access', 'enforce_fallback_model_access', {
    effect: 'ask no fallback that the key may not call itself',
    instead: 'lead fallbacks to models that every key may call',
  }),
  ...guard('access', 'default_team_disabled', {
    effect: 'let nobody make keys for a whole team',
    instead: 'give the management routes to administrators alone',
  }),
  ...guard('money', 'completion_model', {
    effect: 'answer every call with this model, whatever model it names',
    instead: 'allow keys that model alone',
  }),
  ...guard('money', 'reject_clientside_metadata_tags', {
    effect: 'refuse calls that bring tags of their own',
    instead: 'send no calls to tagged deployments by enable_tag_filtering',
  }),
  ...guard('money', 'fail_closed_budget_enforcement', {
    effect: 'refuse calls while what was spent cannot be read',
    instead: 'write budget_enforcement: hard, which holds each replica to its share',
  }),
  ...guard('money', 'token_rate_limit_type', {
    effect: 'count these tokens alone against limits',
    instead: 'remove it; tpm_limit counts all tokens',
    off: ['total'],
  }),
  ...ignored('missing_session_id', 'refuse or number calls without a session'),
  ...ignored('max_parallel_requests', 'bound the requests of each key; write it for each key'),
];
