import { COST_FIELDS } from '../prices';

/**
 * What becomes of a field of a chat completion's body, and of a `litellm_params` entry of the same name. One table for both:
 * a provider answers 400 to a field it does not know, so what is LiteLLM's own must never reach one.
 *
 * - `openai`: OpenAI's API has it; sent untouched.
 * - `done`: LiteLLM's own, and this gateway acts on it; never sent.
 * - `taken-out`: LiteLLM's own, without effect on an answer here; never sent.
 * - `credential`: says where a request goes or who pays for it; the configuration's alone.
 * - `guard`: asks for a check that this gateway does not make; refused, since the answer would look checked.
 *
 * A name that is not here is a provider's own (`top_k`, `min_p`, `chat_template_kwargs`) and is sent, as LiteLLM does.
 */
export type RequestFieldKind = 'openai' | 'done' | 'taken-out' | 'credential' | 'guard';

/** LiteLLM 1.81.9: `DEFAULT_CHAT_COMPLETION_PARAM_VALUES`, save what is its own there. */
const OPENAI = `
  audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens
  max_tokens messages metadata modalities model n parallel_tool_calls prediction
  presence_penalty prompt_cache_key prompt_cache_retention reasoning_effort response_format
  safety_identifier seed service_tier stop store stream stream_options temperature tool_choice
  tools top_logprobs top_p user verbosity web_search_options
`;

const DONE = `
  additional_drop_params allowed_model_region allowed_openai_params cache disable_fallbacks
  drop_params extra_body extra_headers fallbacks headers litellm_session_id mock_response
  mock_testing_content_policy_fallbacks mock_testing_context_fallbacks
  mock_testing_context_window_fallbacks mock_testing_fallbacks mock_testing_rate_limit_error
  mock_timeout num_retries priority request_timeout stream_timeout tags timeout
`;

/** The rest of LiteLLM 1.81.9's `all_litellm_params`, its prices, and what its callbacks read. */
const TAKEN_OUT = `
  acompletion aimg_generation allowed_fails arize_space_id assistant_continue_message
  atext_completion auto_router_config auto_router_config_path auto_router_default_model
  auto_router_embedding_model azure base_model bos_token budget_duration cache_control_injection_points
  cache_key caching caching_groups client complete_response configurable_clientside_auth_params
  content_policy_fallbacks context_window_fallback_dict context_window_fallbacks cooldown
  cooldown_time disable_add_transform_inline_image_block disable_global_guardrail
  disable_global_guardrails dotprompt_content ensure_alternating_roles eos_token fallback_depth
  fastest_response final_prompt_value force_timeout hf_model_name id initial_prompt_value
  keepalive_seconds langfuse_prompt_version langsmith_sampling_rate litellm_call_id
  litellm_disabled_callbacks litellm_logging_obj litellm_metadata litellm_params
  litellm_proxy_rate_limit_response litellm_request_debug litellm_trace_id logger_fn max_budget
  max_fallbacks max_file_size_mb max_parallel_requests max_retries
  merge_reasoning_content_in_choices milvus_text_field mock_tool_calls model_file_id_mapping model_info no-log order
  preset_cache_key prompt_id prompt_label prompt_variables prompt_version proxy_server_request
  retry_policy retry_strategy roles rpm search_tool_name secret_fields self shared_session
  stream_chunk_size supports_system_message text_completion tpm ttl turn_off_message_logging
  use_chat_completions_api use_client use_in_pass_through use_litellm_proxy
  user_continue_message vector_store_id vector_store_ids verbose weight

  annotation_cost_per_page cache_creation_input_audio_token_cost cache_creation_input_token_cost
  cache_creation_input_token_cost_above_1hr cache_creation_input_token_cost_above_200k_tokens
  cache_read_input_audio_token_cost cache_read_input_token_cost
  cache_read_input_token_cost_above_200k_tokens cache_read_input_token_cost_flex
  cache_read_input_token_cost_priority citation_cost_per_token
  input_cost_per_audio_per_second input_cost_per_audio_per_second_above_128k_tokens
  input_cost_per_audio_token input_cost_per_character
  input_cost_per_character_above_128k_tokens input_cost_per_image
  input_cost_per_image_above_128k_tokens input_cost_per_image_token input_cost_per_pixel input_cost_per_query
  input_cost_per_second input_cost_per_token input_cost_per_token_above_128k_tokens
  input_cost_per_token_above_200k_tokens input_cost_per_token_batches
  input_cost_per_token_cache_hit input_cost_per_token_flex input_cost_per_token_priority
  input_cost_per_video_per_second input_cost_per_video_per_second_above_128k_tokens
  input_cost_per_video_per_second_above_15s_interval
  input_cost_per_video_per_second_above_8s_interval output_cost_per_audio_per_second
  ocr_cost_per_page output_cost_per_audio_token output_cost_per_character
  output_cost_per_character_above_128k_tokens output_cost_per_image
  output_cost_per_image_token output_cost_per_pixel output_cost_per_reasoning_token
  output_cost_per_second output_cost_per_token output_cost_per_token_above_128k_tokens
  output_cost_per_token_above_200k_tokens output_cost_per_token_batches
  output_cost_per_token_flex output_cost_per_token_priority
  output_cost_per_video_per_second search_context_cost_per_query tiered_pricing
`;

const CREDENTIALS = `
  api_base api_key api_version arize_api_key arize_space_key aws_access_key_id aws_batch_role_arn
  aws_bedrock_runtime_endpoint aws_external_id aws_profile_name aws_region_name aws_role_name
  aws_secret_access_key aws_session_name aws_session_token aws_sts_endpoint
  aws_web_identity_token azure_ad_token azure_ad_token_provider azure_password azure_scope
  azure_username base_url client_id client_secret custom_llm_provider default_headers
  default_query deployment_id gcs_bucket_name gcs_path_service_account humanloop_api_key
  langfuse_host langfuse_public_key langfuse_secret langfuse_secret_key langsmith_api_key
  langsmith_base_url langsmith_project langsmith_tenant_id litellm_credential_name model_config
  model_list oci_compartment_id oci_fingerprint oci_key oci_key_file oci_region oci_tenancy
  oci_user organization posthog_api_key posthog_api_url project_id provider_specific_header
  region_name s3_access_key_id s3_bucket_name s3_encryption_key_id
  s3_region_name s3_secret_access_key space_id ssl_verify tenant_id token user_config
  vertex_ai_credentials vertex_ai_location vertex_ai_project vertex_credentials
  vertex_location vertex_project wandb_api_key watsonx_region_name weave_project_id
`;

const GUARDS = `
  guardrail_config guardrails policies
`;

/** Every name that the table has a word about. */
export const REQUEST_FIELDS: ReadonlyMap<string, RequestFieldKind> = new Map([
  ...listOf('openai', OPENAI),
  ...listOf('done', DONE),
  ...listOf('taken-out', TAKEN_OUT),
  // Prices that this gateway counts by have a list of their own.
  ...COST_FIELDS.map((name) => [name, 'taken-out'] as const),
  ...listOf('credential', CREDENTIALS),
  ...listOf('guard', GUARDS),
]);

/** Whether a provider may see the field: OpenAI's, or a provider's own. */
export function isSent(name: string): boolean {
  const kind = REQUEST_FIELDS.get(name);
  return kind === undefined || kind === 'openai';
}

function listOf(
  kind: RequestFieldKind,
  names: string,
): readonly (readonly [string, RequestFieldKind])[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => [name, kind] as const);
}
