import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '../../lib/config/parse-yaml';
import { reportConfig } from '../../runtime/config-report';
import { untoldSettings } from '../support/untold-settings';

const FOLDER = join(__dirname, '../fixtures/settings');
const FILES = readdirSync(FOLDER);

interface Said {
  readonly refused: readonly string[];
  readonly warned: readonly string[];
}

/** What is refused and what is warned of, by place. */
const SAID: Readonly<Record<string, Said>> = {
  'accepted-in-writing.yaml': {
    refused: [],
    warned: [
      'guardrails',
      'litellm_settings.callbacks[0]',
      'general_settings.custom_auth',
      'general_settings.custom_auth_run_common_checks',
    ],
  },
  'azure-two-regions.yaml': {
    refused: [],
    warned: ['model_list[0].litellm_params.max_retries', 'litellm_settings.drop_params'],
  },
  'budgets.yaml': {
    refused: [
      'litellm_settings.max_budget',
      'litellm_settings.max_internal_user_budget',
      'litellm_settings.max_end_user_budget',
      'litellm_settings.default_internal_user_params',
      'litellm_settings.default_team_params',
      'litellm_settings.upperbound_key_generate_params',
      'litellm_settings.default_key_generate_params',
      'litellm_settings.key_generation_settings',
      'general_settings.enforce_user_param',
    ],
    warned: ['litellm_settings.budget_duration', 'litellm_settings.internal_user_budget_duration'],
  },
  'guardrails.yaml': {
    refused: [
      'model_list[0].litellm_params.guardrails',
      'guardrails',
      'litellm_settings.callbacks[1]',
      'litellm_settings.callbacks[2]',
      'litellm_settings.post_call_rules',
    ],
    warned: [],
  },
  'one-key.yaml': { refused: [], warned: [] },
  'own-machines.yaml': {
    refused: [],
    warned: [
      'model_list[0].litellm_params.top_k',
      'model_list[0].litellm_params.min_p',
      'model_list[0].litellm_params.extra_body',
      'model_list[0].litellm_params.extra_headers',
      'model_list[0].litellm_params.guided_decoding_backend',
      'model_list[1].model_info.mode',
      'router_settings.default_litellm_params.ssl_verify',
      'litellm_settings.cache_params.type',
      'litellm_settings.cache_params.disk_cache_dir',
    ],
  },
  'three-clouds.yaml': {
    refused: ['model_list[3].model_info.team_id'],
    warned: [
      'router_settings.optional_pre_call_checks[0]',
      'general_settings.key_management_system',
      'general_settings.key_management_settings',
      'general_settings.forward_client_headers_to_llm_api',
    ],
  },
  'tokens-of-the-company.yaml': {
    refused: [
      'general_settings.enable_jwt_auth',
      'general_settings.enforce_rbac',
      'general_settings.role_permissions',
      'general_settings.allowed_ips',
    ],
    warned: [
      'general_settings.litellm_jwtauth.team_id_jwt_field',
      'general_settings.litellm_jwtauth.user_id_jwt_field',
      'general_settings.litellm_jwtauth.public_key_ttl',
      'general_settings.litellm_jwtauth.admin_jwt_scope',
      'general_settings.use_x_forwarded_for',
    ],
  },
  'tools-and-paths.yaml': {
    refused: ['general_settings.admin_only_routes', 'general_settings.max_request_size_mb'],
    warned: [
      'model_list[0].litellm_params.prompt_id',
      'mcp_servers',
      'prompts',
      'search_tools',
      'files_settings',
      'general_settings.public_routes',
      'general_settings.pass_through_endpoints',
      'general_settings.mcp_internal_ip_ranges',
    ],
  },
  'watched.yaml': {
    refused: [],
    warned: [
      'litellm_settings.callbacks[0]',
      'litellm_settings.callbacks[2]',
      'litellm_settings.success_callback[0]',
      'litellm_settings.failure_callback[0]',
      'litellm_settings.failure_callback[1]',
      'litellm_settings.service_callback[0]',
      'litellm_settings.s3_callback_params',
      'litellm_settings.langfuse_default_tags',
      'litellm_settings.default_team_settings',
      'general_settings.alerting',
      'general_settings.alerting_threshold',
      'general_settings.alert_types',
      'general_settings.spend_report_frequency',
      'general_settings.maximum_spend_logs_retention_period',
      'callback_settings',
    ],
  },
};

describe('files as they are found', () => {
  it.each(FILES)('ignores nothing of %s in silence', (name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    expect(untoldSettings(parseYaml(text).tree)).toEqual([]);
  });

  it.each(FILES)('says of %s what it cannot do', (name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    const report = reportConfig(text, { environment: 'unresolved', fileName: name });
    const refused = report.problems.map(({ path }) => path);
    const warned = report.warnings.map(({ path }) => path);
    expect({ refused, warned }).toEqual(SAID[name]);
  });
});
