import { GENERAL_GUARDS } from './general-guards';
import { JWT_AUTH } from './jwt-auth';
import { done, elsewhere, harmless, ignored, nested, type Section, type Setting } from './setting';

const HEALTH: readonly Setting[] = [
  ...done('background_health_checks', 'general.healthChecks.background', true, false),
  ...done('use_shared_health_check', 'general.healthChecks.background', true, false, {
    general_settings: { background_health_checks: true },
  }),
  ...done(
    'health_check_interval',
    ['general.healthChecks.intervalSeconds', 'general.healthChecks.stalenessSeconds'],
    10,
    20,
  ),
  ...done('health_check_concurrency', 'general.healthChecks.concurrency', 1, 4),
  ...done('health_check_details', 'general.healthChecks.details', true, false),
  ...done('enable_health_check_routing', 'general.healthChecks.routing', true, false),
  ...done('health_check_staleness_threshold', 'general.healthChecks.stalenessSeconds', 10, 20),
  ...done(
    'health_check_ignore_transient_errors',
    'general.healthChecks.transientErrors',
    true,
    false,
  ),
  ...ignored('background_health_check_model_groups', 'check these models alone'),
  ...ignored('health_check_skip_disabled_background_models', 'leave them out of GET /health too'),
];

const DATABASE: readonly Setting[] = [
  ...done('database_url', 'general.databaseUrl', 'postgres://one/a', 'postgres://two/a'),
  ...done(
    'database_url_read_replica',
    'general.databaseReaderUrl',
    'postgres://one/a',
    'postgres://two/a',
  ),
  ...done('database_connection_pool_limit', 'general.databaseConnectionPoolLimit', 5, 20),
  ...elsewhere('disable_prisma_schema_update', 'set DISABLE_SCHEMA_UPDATE=true in the environment'),
  ...elsewhere(
    'database_extra_connection_params database_disable_prepared_statements',
    'write it into database_url',
  ),
  ...harmless(
    `database_args database_connect_timeout database_connection_pool_timeout
     database_connection_timeout database_lock_timeout database_socket_timeout
     database_statement_timeout database_type use_redis_transaction_buffer`,
    'no request waits for the database here, and its timeouts are derived',
  ),
  ...harmless(
    `proxy_batch_polling_interval proxy_batch_write_at proxy_budget_rescheduler_max_time
     proxy_budget_rescheduler_min_time proxy_config_reload_interval_seconds scheduled_job_stagger
     user_api_key_cache_max_size user_api_key_cache_ttl disable_budget_reservation
     disable_reset_budget disable_adding_master_key_hash_to_db disable_master_key_return`,
    'an internal of LiteLLM; the ledger here works otherwise',
  ),
  ...harmless(
    'allow_requests_on_db_unavailable',
    'known keys go on without the database, unknown ones never get in; see stale_keys',
  ),
  ...ignored('disable_spend_logs disable_spend_updates', 'record no spending'),
  ...ignored('disable_error_logs', 'record no errors'),
  ...ignored('store_prompts_in_spend_logs', 'record prompts and answers'),
  ...ignored('store_model_in_db supported_db_objects', 'read models from the database as well'),
  ...ignored(
    `maximum_spend_logs_cleanup_batch_size maximum_spend_logs_cleanup_batch_timeout
     maximum_spend_logs_cleanup_cron maximum_spend_logs_cleanup_max_batches
     maximum_spend_logs_cleanup_run_budget maximum_spend_logs_retention_interval
     maximum_spend_logs_retention_period`,
    'delete old spend logs',
  ),
];

/** The guide's Redis settings; LiteLLM reads none of them here. */
const REDIS = { general_settings: { redis_host: 'redis' } };
const SENTINEL = {
  general_settings: {
    redis_host: 'redis',
    redis_use_sentinel: true,
    redis_sentinel_master_name: 'one',
  },
};
const GUIDE_CACHE: readonly Setting[] = [
  ...done('cache', ['responseCache', 'cache'], true, false, REDIS),
  ...done('redis_host', 'cache.nodes', 'redis-1', 'redis-2'),
  ...done('redis_port', 'cache.nodes', 6379, 6380, REDIS),
  ...done('redis_password', 'cache.password', 'one', 'two', REDIS),
  ...done('redis_use_sentinel', 'cache', true, false, SENTINEL),
  ...done('redis_sentinel_master_name', 'cache.sentinelServiceName', 'one', 'two', SENTINEL),
];

const SERVER: readonly Setting[] = [
  ...done('master_key', 'general.masterKey', 'sk-one', 'sk-two'),
  ...done('budget_enforcement', 'general.budgetEnforcement', 'hard', 'estimated'),
  ...done('budget_unpriced', 'router.budgetUnpriced', 'refuse', 'allow'),
  ...done(
    'price_list',
    'deployments[].priceList',
    { 'gpt-4o': { input_cost_per_token: 1 } },
    { 'gpt-4o': { input_cost_per_token: 2 } },
  ),
  ...harmless('price_file', 'its prices take the place of price_list when the file is read'),
  ...done('stale_keys', 'general.staleKeys', 'serve', 'refuse'),
  ...done('stale_keys_after', 'general.staleKeysSeconds', 60, 600),
  ...done('max_in_flight_requests_per_worker', 'general.mostInFlight', 10, 20),
  ...done('global_max_parallel_requests', 'general.mostInFlight', 10, 20),
  ...elsewhere('drain_endpoint_token', 'set DRAIN_ENDPOINT_TOKEN in the environment'),
  ...harmless('enable_drain_endpoint', '/health/drain is always there, and asks who calls'),
  ...harmless(
    'max_queued_requests_per_worker admission_queue_timeout_seconds',
    'what is above the bound is told at once to come again',
  ),
  ...harmless('cancel_on_disconnect', 'the work of a client who left is always stopped'),
  ...harmless('enforce_fallback_budget', 'a call that its budget admits may end at a fallback'),
  ...elsewhere(
    'key_management_system key_management_settings use_azure_key_vault use_google_kms',
    'bring secrets as environment variables, such as by the prop secrets of a construct',
  ),
];

const IGNORED: readonly Setting[] = [
  ...ignored(
    'alert_to_webhook_url alert_type_config alert_types alerting alerting_args alerting_threshold spend_report_frequency',
    'send alerts there; the constructs bring alerts for Prometheus and the clouds',
  ),
  ...ignored('otel', 'send traces to a collector'),
  ...ignored('allow_client_side_credentials', 'take keys of the provider from clients'),
  ...done('forward_client_headers_to_llm_api', 'deployments[].request.clientHeaders', false, true),
  ...done('forward_openai_org_id', 'deployments[].request.clientOrganization', false, true),
  ...ignored('forward_llm_provider_auth_headers', 'pass credentials of clients on to the provider'),
  ...ignored('user_header_mappings user_header_name', 'take the end user from a header'),
  ...ignored(
    'pass_through_endpoints pass_through_request_timeout use_client_credentials_pass_through_routes',
    'serve further paths that lead to other servers',
  ),
  ...ignored(
    `embedding_model embedding_settings image_generation_model moderation_model search_tools
     allowed_file_extensions blocked_file_extensions max_batch_file_size_mb max_file_size_mb
     allow_unmanaged_response_ids disable_responses_id_security
     disable_batch_input_file_rate_limiting skip_batch_input_file_rate_limiting_for_models
     skip_batch_input_file_rate_limiting_for_providers`,
    'shape by it endpoints that this gateway does not serve',
  ),
  ...ignored(
    `enable_mcp_registry mcp_client_side_auth_header_name mcp_internal_ip_ranges
     mcp_required_fields mcp_trusted_proxy_ranges require_end_user_mcp_access_defined
     require_key_mcp_access_defined user_mcp_management_mode`,
    'serve MCP by it',
  ),
  ...ignored('infer_model_from_keys', 'list the models of each provider it has a key of'),
  ...ignored('coordination_redis', 'use another Redis for limits'),
  ...ignored('always_include_stream_usage', 'end every stream with its usage'),
  ...ignored('sse_keepalive_ping_interval_seconds', 'send comments into silent streams'),
  ...ignored('disable_retry_on_max_parallel_request_limit_error', 'retry no call of a busy key'),
  ...ignored('disable_auto_add_proxy_admin_to_teams', 'leave administrators out of new teams'),
  ...ignored('custom_auth_run_common_checks', 'check budgets and models as well, with custom_auth'),
  ...ignored('oauth2_config_mappings', 'read the answer of the OAuth 2 server by it'),
  ...ignored('legacy_unscoped_spend_list_endpoints', 'show every key the spending of all'),
  ...ignored('scope_spend_list_endpoints_to_caller', 'show every key the spending of all', {
    inert: [null, true],
  }),
  ...ignored('allow_public_health_readiness_details', 'tell everybody more at /health/readiness'),
];

const HARMLESS: readonly Setting[] = [
  ...harmless(
    `allow_cli_sso_verification_uri_complete allow_user_auth auto_redirect_ui_login_to_sso
     control_plane_url custom_sso custom_ui_sso_sign_in_handler disable_env_credential_login
     disable_ui enable_public_model_hub failed_login_window_seconds max_failed_login_attempts
     max_failed_login_attempts_per_source ui_access_mode`,
    'there is no administration page and no login',
  ),
  ...harmless('litellm_license', 'nothing here asks for a licence'),
];

/** `general_settings`. LiteLLM ignores ours: `budget_enforcement`, `budget_unpriced`, `price_file`, `price_list`, `stale_keys`,
 * `stale_keys_after`. */
export const GENERAL_SETTINGS: Section = {
  settings: [
    ...SERVER,
    ...DATABASE,
    ...HEALTH,
    ...GUIDE_CACHE,
    ...GENERAL_GUARDS,
    ...nested('litellm_jwtauth', 'map', JWT_AUTH),
    ...IGNORED,
    ...HARMLESS,
  ],
  others: 'unknown',
};

/** Where the guide puts the settings of Redis. */
export const GUIDE_CACHE_KEYS: readonly string[] = GUIDE_CACHE.map(({ key }) => key);
