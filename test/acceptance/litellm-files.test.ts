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
    warned: ['model_list[0].litellm_params.max_retries'],
  },
  'budgets.yaml': {
    refused: [
      'litellm_settings.default_internal_user_params',
      'litellm_settings.default_team_params',
    ],
    warned: [],
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
    ],
  },
  'tokens-of-the-company.yaml': {
    refused: [
      'general_settings.trusted_proxies',
      'general_settings.enforce_rbac',
      'general_settings.role_permissions',
    ],
    warned: [],
  },
  'tools-and-paths.yaml': {
    refused: [],
    warned: [
      'model_list[0].litellm_params.prompt_id',
      'mcp_servers',
      'prompts',
      'search_tools',
      'files_settings',
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
