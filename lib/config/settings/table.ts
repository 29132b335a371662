import { GENERAL_SETTINGS } from './general-settings';
import { LITELLM_SETTINGS } from './litellm-settings';
import { CREDENTIAL, MODEL_ENTRY } from './model-list';
import { ROUTER_SETTINGS } from './router-settings';
import { done, guard, harmless, ignored, nested, type Fate, type Section } from './setting';

const HA_SETTINGS: Section = {
  settings: done('accept_without', 'acceptedWithout', ['guardrails'], ['custom_auth']),
  others: 'unknown',
};

/**
 * Every key that LiteLLM's configuration has, and ours, and what becomes of each here. The check, its warnings, its
 * refusals and `docs/settings.md` come from this table alone. A key that is missing costs a user a needless warning.
 *
 * @see https://docs.litellm.ai/docs/proxy/config_settings
 */
export const SETTINGS: Section = {
  settings: [
    ...nested('model_list', 'list', MODEL_ENTRY),
    ...nested('router_settings', 'map', ROUTER_SETTINGS),
    ...nested('litellm_settings', 'map', LITELLM_SETTINGS),
    ...nested('general_settings', 'map', GENERAL_SETTINGS),
    ...nested('credential_list', 'list', CREDENTIAL),
    ...nested('litellm_ha_settings', 'map', HA_SETTINGS),
    ...nested('environment_variables', 'map', {
      settings: [],
      others: {
        kind: 'done',
        fields: ['environmentVariables'],
        samples: ['one', 'two'],
        beside: {},
      },
    }),
    ...harmless('include', 'the files it names are read in its place'),
    ...guard('content', 'guardrails', {
      effect: 'check what goes in and out by these guardrails',
      instead: 'call the guardrail from the application or from a proxy in front',
    }),
    ...guard('content', 'policies policy_attachments', {
      effect: 'check what goes in and out by the guardrails that these policies attach',
      instead: 'call the guardrail from the application or from a proxy in front',
    }),
    ...ignored(
      `agent_list assistant_settings batch_settings default_vertex_config files_settings
       finetune_settings search_tools vector_store_registry`,
      'serve further endpoints with it',
    ),
    // Whoever asks for a tool of an MCP server gets 404: nobody is less protected.
    ...ignored('mcp_servers mcp_tools mcp_aliases', 'serve these tools over MCP'),
    ...ignored('prompts', 'fill in these prompts for requests that name one'),
    ...ignored('callback_settings', 'shape by it what it reports elsewhere'),
    ...ignored(
      'litellm_jwtauth',
      'do nothing with it here either; it belongs under general_settings',
    ),
    ...ignored(
      'model_group_alias',
      'do nothing with it here either; it belongs under router_settings',
    ),
    ...ignored('spend_logs_settings', 'record spending by it'),
    ...harmless('sso_settings worker_registry', 'there is no administration page and no login'),
  ],
  others: 'unknown',
};

/** Settings that users look for in the wrong section. */
export const SECTIONS_BY_KEY: ReadonlyMap<string, string> = new Map(
  Object.entries({
    general_settings: GENERAL_SETTINGS,
    litellm_settings: LITELLM_SETTINGS,
    router_settings: ROUTER_SETTINGS,
  }).flatMap(([name, section]) => section.settings.map(({ key }) => [key, name] as const)),
);

/** What a file may accept to go without. */
export const GUARD_NAMES: ReadonlySet<string> = new Set(guardsOf(SETTINGS));

/** Every key of the table. */
export const SETTING_NAMES: ReadonlySet<string> = new Set(keysOf(SETTINGS));

function keysOf(section: Section): readonly string[] {
  return section.settings.flatMap((row) =>
    row.kind === 'nested' ? [row.key, ...keysOf(row.section)] : [row.key],
  );
}

function guardsOf(section: Section): readonly string[] {
  return section.settings.flatMap((row) => {
    switch (row.kind) {
      case 'plain':
        return isGuard(row.fate) ? [row.key] : [];
      case 'by-value':
        return Object.values(row.fates).some(isGuard) ? [row.key] : [];
      case 'nested':
        return guardsOf(row.section);
    }
  });
}

function isGuard({ kind }: Fate): boolean {
  return kind === 'guard';
}
