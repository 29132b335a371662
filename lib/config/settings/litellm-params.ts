import { COST_FIELDS } from '../../prices';
import type { ConfigTree } from '../config-tree';
import {
  done,
  doneAs,
  elsewhere,
  guard,
  harmless,
  harmlessFate,
  ignored,
  type Section,
  type Setting,
} from './setting';

const deployment = (
  key: string,
  field: string,
  ...samples: readonly [number | string, number | string]
): readonly Setting[] => done(key, `deployments[].${field}`, ...samples);

const shaping = (
  key: string,
  field: string,
  ...samples: readonly [ConfigTree, ConfigTree]
): readonly Setting[] => done(key, `deployments[].request.${field}`, ...samples);

/** How a provider is reached. */
const CONNECTION: readonly Setting[] = [
  ...done(
    'model',
    ['deployments[].litellmModel', 'deployments[].providerModel'],
    'openai/one',
    'openai/two',
  ),
  ...deployment('custom_llm_provider', 'provider', 'azure', 'groq'),
  ...deployment('api_key', 'apiKey', 'sk-one', 'sk-two'),
  ...deployment('api_base', 'apiBase', 'http://one', 'http://two'),
  ...deployment('base_url', 'apiBase', 'http://one', 'http://two'),
  ...deployment('api_version', 'apiVersion', '2024-06-01', '2024-10-21'),
  ...deployment('organization', 'organization', 'one', 'two'),
  ...deployment('region_name', 'region', 'eu', 'us'),
  ...done(
    'aws_region_name',
    ['deployments[].region', 'deployments[].otherParams.aws_region_name'],
    'eu-west-1',
    'us-east-1',
  ),
  ...done(
    'vertex_location',
    ['deployments[].region', 'deployments[].otherParams.vertex_location'],
    'europe-west1',
    'us-central1',
  ),
  ...doneAs(
    'deployments[].otherParams.',
    'vertex_ai_credentials vertex_ai_location vertex_ai_project vertex_credentials vertex_project',
    ['one', 'two'],
  ),
  ...doneAs(
    'deployments[].otherParams.',
    `aws_bedrock_runtime_endpoint aws_external_id aws_profile_name aws_role_name
     aws_session_name aws_sts_endpoint`,
    ['one', 'two'],
  ),
  ...[
    'aws_secret_access_key',
    'aws_session_token',
    'aws_web_identity_token',
    'azure_ad_token',
    'client_secret',
  ].flatMap((name) =>
    done(
      name,
      [`deployments[].otherParams.${name}`, 'deployments[].request.secretValues[]'],
      'one',
      'two',
    ),
  ),
  ...['tenant_id', 'client_id', 'azure_scope'].flatMap((name) =>
    deployment(name, `otherParams.${name}`, 'one', 'two'),
  ),
  ...ignored('max_retries', 'let the SDK of the provider try again by itself; see num_retries'),
  ...shaping('extra_headers', 'extraHeaders', { 'x-a': 'one' }, { 'x-a': 'two' }),
  ...shaping('headers', 'extraHeaders', { 'x-a': 'one' }, { 'x-a': 'two' }),
  ...shaping('extra_body', 'extraBody', { a: 1 }, { a: 2 }),
  ...ignored('ssl_verify', 'trust other certificates, or any', { inert: [null, true] }),
  ...ignored('deployment_id', 'take it for the name of the deployment at Azure'),
  ...harmless(
    `aws_access_key_id aws_batch_role_arn azure_ad_token_provider azure_password
     azure_username gcs_bucket_name oci_compartment_id
     oci_fingerprint oci_key oci_key_file oci_region oci_tenancy oci_user project_id s3_bucket_name
     s3_access_key_id s3_encryption_key_id s3_region_name s3_secret_access_key space_id
     token watsonx_region_name`,
    'how providers are reached that this gateway does not support; such a deployment is skipped by name',
  ),
];

/** Prices beside the two of a token, of a deployment or of what is known of its model. */
export const OTHER_COSTS: readonly Setting[] = COST_FIELDS.filter(
  (field) => field !== 'input_cost_per_token' && field !== 'output_cost_per_token',
).flatMap((field) => deployment(field, `otherCosts.${field}`, 1, 2));

/** What LiteLLM keeps for itself: routing, budgets, prices. */
const ROUTING: readonly Setting[] = [
  ...deployment('weight', 'weight', 1, 4),
  ...deployment('rpm', 'rpm', 1, 4),
  ...deployment('tpm', 'tpm', 1, 4),
  ...deployment('order', 'order', 1, 4),
  ...deployment('max_parallel_requests', 'maxParallelRequests', 1, 4),
  ...deployment('timeout', 'timeoutSeconds', 1, 4),
  ...deployment('request_timeout', 'timeoutSeconds', 1, 4),
  ...deployment('stream_timeout', 'streamTimeoutSeconds', 1, 4),
  ...deployment('num_retries', 'retries', 1, 4),
  ...deployment('cooldown_time', 'cooldownSeconds', 1, 4),
  ...done('tags', 'deployments[].tags', ['one'], ['two']),
  ...deployment('input_cost_per_token', 'inputCostPerToken', 1, 2),
  ...deployment('output_cost_per_token', 'outputCostPerToken', 1, 2),
  ...OTHER_COSTS,
  ...deployment('max_budget', 'maxBudgetDollars', 1, 2),
  ...deployment('budget_duration', 'budgetSeconds', '1d', '2d'),
  ...guard('content', 'guardrails', {
    effect: 'check what this deployment is sent and answers by these guardrails',
    instead: 'call the guardrail from the application or from a proxy in front',
  }),
  ...ignored(
    `annotation_cost_per_page cache_creation_input_audio_token_cost
     cache_read_input_audio_token_cost cache_read_input_token_cost_flex
     cache_read_input_token_cost_priority citation_cost_per_token
     input_cost_per_audio_per_second input_cost_per_audio_per_second_above_128k_tokens
     input_cost_per_character input_cost_per_character_above_128k_tokens input_cost_per_image
     input_cost_per_image_above_128k_tokens input_cost_per_image_token input_cost_per_pixel
     input_cost_per_query input_cost_per_token_batches input_cost_per_token_cache_hit
     input_cost_per_token_flex input_cost_per_token_priority input_cost_per_video_per_second
     input_cost_per_video_per_second_above_128k_tokens
     input_cost_per_video_per_second_above_15s_interval
     input_cost_per_video_per_second_above_8s_interval ocr_cost_per_page
     output_cost_per_audio_per_second output_cost_per_character
     output_cost_per_character_above_128k_tokens output_cost_per_image
     output_cost_per_image_token output_cost_per_pixel output_cost_per_token_batches
     output_cost_per_token_flex output_cost_per_token_priority
     output_cost_per_video_per_second search_context_cost_per_query tiered_pricing`,
    'price calls by it; docs/decisions/0015 says what is priced',
  ),
  ...shaping('drop_params', 'unsupported', false, true),
  ...shaping('additional_drop_params', 'droppedPaths', ['user'], ['seed']),
  ...shaping('allowed_openai_params', 'allowedParams', ['top_p'], ['stop']),
  ...ignored('mock_response mock_timeout', 'answer by itself and ask no provider'),
  ...ignored('fallbacks disable_fallbacks', 'decide by it what is asked next; see fallbacks'),
  ...ignored(
    'auto_router_config auto_router_config_path auto_router_default_model auto_router_embedding_model',
    'choose the model by what is asked',
  ),
  ...ignored('cache_control_injection_points', 'mark parts of the prompt for the cache'),
  ...ignored('cache caching ttl preset_cache_key', 'decide by it what is answered from the cache'),
  ...ignored('configurable_clientside_auth_params', 'take keys of the provider from the client'),
  ...ignored(
    `bos_token eos_token final_prompt_value hf_model_name initial_prompt_value roles
     supports_system_message user_continue_message assistant_continue_message
     ensure_alternating_roles merge_reasoning_content_in_choices`,
    'rewrite the messages by it',
  ),
  ...ignored(
    'dotprompt_content prompt_id prompt_variables prompt_version prompt_label',
    'fill in a prompt',
  ),
  ...ignored(
    'keepalive_seconds stream_chunk_size',
    'shape the stream by it; see stream_idle_timeout',
  ),
  ...ignored(
    `max_file_size_mb milvus_text_field use_chat_completions_api use_in_pass_through
     vector_store_id vector_store_ids search_tool_name`,
    'serve further endpoints with it',
  ),
  ...ignored('use_litellm_proxy', 'send the calls to another LiteLLM proxy; write litellm_proxy/'),
  ...elsewhere('model_info', 'write model_info beside litellm_params'),
  ...elsewhere('base_model', 'write model_info: {base_model: …}'),
  ...ignored('cooldown', 'do nothing with it either; write cooldown_time'),
  ...harmless('litellm_trace_id', 'names the calls in logs of others'),
];

/** Fields of a request that each call gets unless it sets them itself. */
const REQUEST: readonly Setting[] = [
  ...doneAs(
    'deployments[].otherParams.',
    `frequency_penalty max_completion_tokens max_tokens n presence_penalty seed temperature
     top_logprobs top_p`,
    [1, 2],
  ),
  ...doneAs('deployments[].otherParams.', 'logprobs parallel_tool_calls', [true, false]),
  ...doneAs('deployments[].otherParams.', 'reasoning_effort service_tier tool_choice user', [
    'low',
    'high',
  ]),
  ...doneAs('deployments[].otherParams.', 'stop tools', [['one'], ['two']]),
  ...doneAs('deployments[].otherParams.', 'logit_bias response_format', [{ a: 1 }, { a: 2 }]),
  ...doneAs(
    'deployments[].otherParams.',
    `anthropic_beta anthropic_version audio betas chat_template_kwargs dimensions enable_thinking
     encoding_format function_call functions guardrailConfig input_type keep_alive language metadata
     min_p modalities num_ctx performanceConfig prediction prompt prompt_cache_key
     prompt_cache_retention quality repetition_penalty safety_identifier safety_settings size speed
     store style task_type thinking title top_k verbosity voice web_search_options max_new_tokens`,
    ['one', 'two'],
  ),
  ...ignored('stream', 'answer each call as a stream, or none', { inert: [null] }),
  ...ignored('stream_options', 'ask for the usage of streams; this gateway asks by itself', {
    inert: [null],
  }),
];

/** `credential_list[].credential_values`: whatever an entry that names the credential may have itself. */
export const CREDENTIAL_VALUES: Section = {
  settings: [...CONNECTION, ...ROUTING, ...REQUEST],
  others: harmlessFate('a parameter of the provider, sent to it with each request'),
};

const CREDENTIAL_NAME = done('litellm_credential_name', 'deployments[].apiKey', 'one', 'two', {
  credential_list: [{ credential_name: 'one', credential_values: { api_key: 'sk-one' } }],
});

/** `model_list[].litellm_params`, and `router_settings.default_litellm_params`, which stand beneath each of them. */
export const LITELLM_PARAMS: Section = {
  ...CREDENTIAL_VALUES,
  settings: [...CREDENTIAL_VALUES.settings, ...CREDENTIAL_NAME],
};
