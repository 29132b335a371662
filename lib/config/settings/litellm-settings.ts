import { CACHE_PARAMS } from './cache-params';
import { CALLBACKS, reportsTo } from './callbacks';
import { SHARED_ROUTER_SETTINGS } from './router-settings';
import {
  done,
  elsewhere,
  guard,
  harmless,
  ignored,
  nested,
  type Section,
  type Setting,
} from './setting';

const GUARDRAIL_INSTEAD = 'call the guardrail from the application or from a proxy in front';

const DOLLARS_A_DAY = { litellm_settings: { max_budget: 1, max_internal_user_budget: 1 } };

/** Those that this gateway does. */
const DONE_GUARDS: readonly Setting[] = [
  ...done('banned_keywords_list', 'guards.content.bannedKeywords', ['a'], ['b']),
  ...done('blocked_user_list', 'guards.content.blockedUsers', ['a'], ['b']),
  ...done('require_auth_for_metrics_endpoint', 'guards.metrics', true, false),
  ...done('max_budget', 'guards.budgets.gateway', 1, 2),
  ...done('budget_duration', 'guards.budgets.gateway.seconds', '1d', '2d', DOLLARS_A_DAY),
  ...done('max_end_user_budget', 'guards.budgets.endUser', 1, 2),
  ...done('max_internal_user_budget', 'guards.budgets.newUser', 1, 2),
  ...done(
    'internal_user_budget_duration',
    'guards.budgets.newUser.seconds',
    '1d',
    '2d',
    DOLLARS_A_DAY,
  ),
  ...done(
    'default_key_generate_params',
    'guards.keyGeneration.defaults',
    { max_budget: 1 },
    { max_budget: 2 },
  ),
  ...done(
    'upperbound_key_generate_params',
    'guards.keyGeneration.upperBounds',
    { max_budget: 1 },
    { max_budget: 2 },
  ),
  ...done(
    'key_generation_settings',
    ['guards.keyGeneration.team', 'guards.keyGeneration.personal'],
    { team_key_generation: {} },
    { personal_key_generation: {} },
  ),
];

const GUARDS: readonly Setting[] = [
  ...DONE_GUARDS,
  ...guard('money', 'default_max_internal_user_budget', {
    effect: 'give each user this budget',
    instead: 'write max_internal_user_budget, or give users a max_budget by POST /user/new',
  }),
  ...ignored('max_user_budget', 'keep it and never look at it'),
  ...guard('money', 'max_end_user_budget_id', {
    effect: 'give each end user the budget of this id',
    instead: 'write max_end_user_budget',
  }),
  ...guard('content', 'guardrails', {
    effect: 'check what goes in and out by these guardrails',
    instead: GUARDRAIL_INSTEAD,
  }),
  ...guard('content', 'default_guardrails', {
    effect: 'check every call by these guardrails',
    instead: GUARDRAIL_INSTEAD,
  }),
  ...guard('content', 'pre_call_rules post_call_rules', {
    effect: 'let this Python code refuse what goes in or out',
    instead: 'move the rule into the application or into a proxy in front',
  }),
  ...guard('content', 'output_parse_pii presidio_ad_hoc_recognizers', {
    effect: 'decide by it how Presidio strikes personal data out of prompts',
    instead: 'call Presidio from the application or from a proxy in front',
  }),
  ...guard('access', 'user_url_allowed_hosts', {
    effect: 'let addresses of users lead to these hosts and to no other of the private network',
    instead: 'remove it: this gateway fetches no address of a user',
  }),
  ...guard('money', 'default_internal_user_params', {
    effect: 'give new users these budgets and rights',
    instead: 'say them in POST /user/new',
  }),
  ...guard('money', 'default_team_params', {
    effect: 'give new teams these budgets and limits',
    instead: 'say them in POST /team/new',
  }),
  ...guard('money', 'tag_budget_config', {
    effect: 'refuse calls whose tag has spent its budget',
    instead: 'give each tag a key with a max_budget',
  }),
];

const OBSERVABILITY: readonly Setting[] = [
  CALLBACKS,
  reportsTo('success_callback'),
  reportsTo('failure_callback'),
  reportsTo('input_callback'),
  reportsTo('service_callback'),
  reportsTo('service_callbacks'),
  reportsTo('audit_log_callbacks'),
  ...ignored(
    `argilla_batch_size argilla_transformation_object aws_sqs_callback_params cloudzero_settings
     cold_storage_custom_logger custom_prometheus_metadata_labels custom_prometheus_tags
     datadog_llm_observability_params datadog_params datadog_use_v1 dynamodb_table_name
     email_settings gcs_batch_size gcs_pub_sub_use_v1 generic_api_headers generic_api_use_v1
     generic_logger_headers langfuse_default_tags langfuse_enable_update_trace_keys langfuse_params
     langsmith_batch_size logged_real_time_event_types prometheus_metrics_config s3_batch_size
     s3_callback_params sqs_callback_params default_soft_budget extra_spend_tag_headers
     callback_settings default_team_settings`,
    'shape by it what it reports elsewhere',
  ),
  ...ignored(
    `enable_end_user_cost_tracking_prometheus_only disable_end_user_cost_tracking
     disable_end_user_cost_tracking_prometheus_only prometheus_initialize_budget_metrics`,
    'add to or take from its metrics by it',
  ),
  ...ignored('store_audit_logs', 'record in the database who changed keys, users and teams'),
  ...ignored('forward_traceparent_to_llm_provider', 'pass traceparent on to the provider'),
  ...ignored('request_correlation_in_logs', 'write the trace of a request into each log line'),
];

const REQUESTS: readonly Setting[] = [
  ...done('drop_params', 'deployments[].request.unsupported', false, true),
  ...ignored('modify_params', 'change requests so that the provider takes them'),
  ...ignored('add_function_to_prompt', 'write functions into the prompt where there are no tools'),
  ...ignored('enable_json_schema_validation', 'check answers against the schema of the request'),
  ...ignored(
    'include_cost_in_streaming_usage always_include_stream_usage',
    'tell more usage in streams',
  ),
  ...ignored('add_user_information_to_llm_headers', 'tell the provider who asks'),
  ...ignored('overwrite_user_with_key_hash', 'send the hash of the key in place of user'),
  ...ignored(
    'model_alias_map model_group_alias',
    'serve models under other names; see router_settings.model_group_alias',
  ),
  ...nested('model_group_settings', 'map', {
    settings: done(
      'forward_client_headers_to_llm_api',
      'deployments[].request.clientHeaders',
      ['a'],
      ['b'],
    ),
    others: 'unknown',
  }),
  ...ignored(
    `custom_provider_map custom_prompt_dict global_prompt_directory global_bitbucket_config
     global_gitlab_config prompt_name_config_map`,
    'take providers or prompts from there',
  ),
  ...ignored(
    'priority_reservation priority_reservation_settings',
    'keep a share of the limits for some keys, with the callback dynamic_rate_limiter',
  ),
  ...ignored(
    'mcp_aliases mcp_semantic_tool_filter public_mcp_servers',
    'lead to MCP servers by it',
  ),
  ...ignored(
    `batch_settings enable_loadbalancing_on_batch_endpoints public_agent_groups
     public_model_groups public_model_groups_links require_managed_files responses
     scim_upsert_user websearch_interception_params vector_store_index_registry
     vector_store_registry use_chat_completions_url_for_anthropic_messages`,
    'serve further endpoints by it',
  ),
  ...ignored(
    'route_all_chat_openai_to_responses reasoning_auto_summary',
    'ask the Responses API of OpenAI instead',
  ),
  ...ignored('enable_key_alias_format_validation', 'refuse odd aliases of keys'),
  ...ignored('cost_discount_config cost_margin_config', 'count calls as cheaper or dearer'),
  ...elsewhere(
    'model_cost_map_url',
    'keep the list beside this file as general_settings.price_file',
  ),
  ...ignored('budget_reset_time timezone', 'start budgets anew by it'),
  ...ignored('max_tokens default_max_tokens', 'bound answers for some providers'),
  ...ignored('vertex_ai_safety_settings', 'ask Vertex AI for these safety settings'),
  ...ignored(
    'disable_cooldowns timeout',
    'do nothing with it either; it belongs under router_settings',
  ),
  ...ignored('cooldown_settings', 'do nothing with it either; write cooldown_time'),
  ...ignored('network_mock', 'answer without a provider'),
  ...ignored('ssl_verify', 'trust other certificates of providers, or any', {
    inert: [null, true],
  }),
  ...ignored('ssl_certificate ssl_ecdh_curve ssl_security_level', 'speak TLS to providers by it'),
  ...ignored('headers', 'send these headers to every provider'),
  ...ignored('force_ipv4 aiohttp_trust_env', 'reach providers by it'),
];

const ELSEWHERE: readonly Setting[] = [
  ...elsewhere(
    'api_key openai_key organization',
    'set OPENAI_API_KEY in the environment, or api_key for each deployment',
  ),
  ...elsewhere('azure_key', 'set AZURE_API_KEY in the environment'),
  ...elsewhere(
    'api_base',
    'set OPENAI_BASE_URL in the environment, or api_base for each deployment',
  ),
  ...elsewhere('api_version', 'set AZURE_API_VERSION in the environment'),
  ...ignored(
    `anthropic_key cohere_key databricks_key groq_key huggingface_key openrouter_key replicate_key
     togetherai_api_key vertex_location vertex_project anthropic_beta_headers_url`,
    'reach a provider by it that this gateway does not speak',
  ),
];

const HARMLESS: readonly Setting[] = [
  ...harmless(
    `json_logs log_raw_request_response set_verbose suppress_debug_info telemetry
     disable_streaming_logging`,
    'this gateway logs JSON, one line for each call, and reports nothing to anybody',
  ),
  ...harmless(
    `redact_messages_in_exceptions redact_user_api_key_info turn_off_message_logging
     global_disable_no_log_param allow_dynamic_callback_disabling`,
    'prompts, answers and keys are never logged',
  ),
  ...harmless('return_response_headers', 'headers of the provider are always passed on'),
  ...harmless(
    `default_in_memory_ttl default_redis_ttl default_redis_batch_cache_expiry
     enable_redis_auth_cache in_memory_llm_clients_cache
     enable_caching_on_provider_specific_optional_params`,
    'keys are known to each replica without asking, and other caches are bounded by themselves',
  ),
  ...harmless(
    `disable_add_prefix_to_prompt disable_add_transform_inline_image_block
     disable_add_user_agent_to_request_tags disable_aiohttp_transport disable_aiohttp_trust_env
     disable_anthropic_gemini_context_caching_transform disable_copilot_system_to_assistant
     disable_hf_tokenizer_download disable_stop_sequence_limit disable_token_counter
     enable_azure_ad_token_refresh enable_preview_features filter_invalid_headers http2
     use_aiohttp_transport use_litellm_proxy user_url_validation`,
    'an internal of the Python library',
  ),
  ...harmless(
    'google_moderation_confidence_threshold llamaguard_model_name llamaguard_unsafe_content_categories llm_guard_mode openai_moderations_model_name skip_system_message_in_guardrail skip_tool_message_in_guardrail guardrail_name_config_map',
    'shapes guardrails, which are told by name themselves',
  ),
  ...harmless('max_ui_session_budget ui_theme_config', 'there is no administration page'),
];

/** `litellm_settings`: attributes of LiteLLM's Python module. */
export const LITELLM_SETTINGS: Section = {
  settings: [
    ...SHARED_ROUTER_SETTINGS,
    ...done('request_timeout', 'router.timeoutSeconds', 10, 30),
    ...done('cache', 'responseCache', true, false, {
      litellm_settings: { cache_params: { type: 'local' } },
    }),
    ...nested('cache_params', 'map', CACHE_PARAMS),
    ...GUARDS,
    ...OBSERVABILITY,
    ...REQUESTS,
    ...ELSEWHERE,
    ...HARMLESS,
  ],
  others: 'unknown',
};
