import { OTHER_COSTS } from './litellm-params';
import { DEPLOYMENT_ALLOWED_FAILS_POLICY } from './policies';
import {
  done,
  guard,
  harmless,
  harmlessFate,
  ignored,
  ignoredFate,
  type Section,
  type Setting,
} from './setting';

const deployment = (key: string, field: string, ...samples: readonly [number, number]) =>
  done(key, `deployments[].${field}`, ...samples);

const MODE: Setting = {
  kind: 'by-value',
  key: 'mode',
  fates: {
    chat: harmlessFate('chat completions are what is served'),
    completion: harmlessFate('completions are checked as chat completions'),
    responses: harmlessFate('a model of either kind answers chat completions'),
  },
  otherwise: (mode) =>
    ignoredFate(`serve the endpoint of ${mode}; this gateway serves chat completions alone`),
};

/** `model_list[].model_info`. LiteLLM keeps whatever else stands there as notes. */
export const MODEL_INFO: Section = {
  settings: [
    ...done('id', 'deployments[].id', 'one', 'two'),
    MODE,
    ...deployment('rpm', 'rpm', 1, 4),
    ...deployment('tpm', 'tpm', 1, 4),
    ...deployment('cooldown_time', 'cooldownSeconds', 1, 4),
    ...deployment('allowed_fails', 'allowedFails', 1, 4),
    ...DEPLOYMENT_ALLOWED_FAILS_POLICY,
    ...done('health_check_model', 'deployments[].healthCheck.model', 'openai/a', 'openai/b'),
    ...deployment('health_check_timeout', 'healthCheck.timeoutSeconds', 1, 4),
    ...deployment('health_check_max_tokens', 'healthCheck.maxTokens', 1, 4),
    ...done('disable_background_health_check', 'deployments[].healthCheck.background', true, false),
    ...done('base_model', 'deployments[].baseModel', 'gpt-4o', 'gpt-4o-mini'),
    ...deployment('input_cost_per_token', 'inputCostPerToken', 1, 2),
    ...deployment('output_cost_per_token', 'outputCostPerToken', 1, 2),
    ...OTHER_COSTS,
    ...deployment('max_input_tokens', 'maxInputTokens', 1000, 2000),
    ...done('supports_response_schema', 'deployments[].responseSchemas', true, false),
    ...done('access_groups', 'deployments[].accessGroups', ['one'], ['two']),
    ...guard('access', 'team_id team_public_model_name access_via_team_ids', {
      effect: 'give this deployment to one team alone',
      instead: 'name the model in the models of that team and of no other',
    }),
    ...ignored('supported_environments', 'load this deployment in these environments alone'),
    ...ignored('tier', 'keep paid deployments for paying users; see tags'),
    ...ignored(
      `health_check_max_tokens_non_reasoning health_check_max_tokens_reasoning
       health_check_reasoning_effort health_check_voice`,
      'check the health of the deployment with it; see health_check_max_tokens',
    ),
    ...harmless(
      `additionalProp1 created_at created_by db_model description direct_access litellm_provider
       max_output_tokens max_tokens output_vector_size supported_openai_params supports_audio_input
       supports_audio_output supports_assistant_prefill supports_computer_use
       supports_embedding_image_input supports_function_calling supports_native_streaming
       supports_parallel_function_calling supports_pdf_input supports_prompt_caching
       supports_reasoning supports_system_messages supports_tool_choice supports_url_context
       supports_vision supports_web_search updated_at updated_by key`,
      'a note of what the model can do',
    ),
  ],
  others: harmlessFate('a note'),
};
