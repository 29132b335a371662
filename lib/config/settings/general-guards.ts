import { done, guard, ignored, nested, type Setting } from './setting';

const KEYS = 'give callers virtual keys, or check them in a proxy in front';

const FORWARDED = { general_settings: { use_x_forwarded_for: true } };
const TRUSTED = { general_settings: { trusted_proxies: ['10.0.0.0/8'] } };

/** Those that this gateway does. `trusted_proxies` is its own. */
const DONE: readonly Setting[] = [
  ...done('enable_jwt_auth', 'guards.jwt', true, false),
  ...done('allowed_ips', 'guards.allowedClients', ['10.0.0.1'], ['10.0.0.0/8']),
  ...done('use_x_forwarded_for', 'guards.trustedProxies', true, false, TRUSTED),
  ...done('trusted_proxies', 'guards.trustedProxies', ['10.0.0.1'], ['10.0.0.2'], FORWARDED),
  ...done('litellm_key_header_name', 'guards.keyHeader', 'X-One', 'X-Two'),
  ...done('allowed_routes', 'guards.servedRoutes', ['/a'], ['openai_routes']),
  ...done('public_routes', 'guards.publicRoutes', ['/a'], ['/b']),
  ...done('admin_only_routes', 'guards.adminRoutes', ['/a'], ['/b']),
  ...done('cors_allow_origins', 'guards.corsOrigins', ['https://a.test'], ['https://b.test']),
  ...done('enforced_params', 'guards.content.requiredParams', ['user'], ['metadata.a']),
  ...done('enforce_user_param', 'guards.content.user', true, false),
  ...done('reject_clientside_metadata_tags', 'guards.content.clientTags', true, false),
  ...done('max_request_size_mb', 'guards.mostRequestBytes', 1, 2),
  ...done('max_response_size_mb', 'guards.mostResponseBytes', 1, 2),
  ...nested('service_account_settings', 'map', {
    settings: done('enforced_params', 'guards.content.serviceAccountParams', ['a'], ['b']),
    others: 'unknown',
  }),
];

/** What in `general_settings` keeps somebody out, or money or content in. */
export const GENERAL_GUARDS: readonly Setting[] = [
  ...DONE,
  ...guard('access', 'custom_auth', {
    effect: 'let this Python code decide who may call',
    instead: KEYS,
  }),
  ...guard('access', 'custom_key_generate custom_key_policy custom_key_update', {
    effect: 'let this Python code decide which keys may be made',
    instead: 'let administrators alone make keys',
  }),
  ...guard('access', 'enable_oauth2_auth enable_oauth2_proxy_auth', {
    effect: 'ask an OAuth 2 server who calls',
    instead: KEYS,
  }),
  ...guard('access', 'enforce_rbac role_permissions', {
    effect: 'refuse what the role of the caller does not allow',
    instead: 'give keys the models they may use',
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
