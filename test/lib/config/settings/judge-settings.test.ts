import fc from 'fast-check';
import { stringify } from 'yaml';
import { GatewayConfig } from '../../../../lib/config';
import type { ConfigMap, ConfigTree } from '../../../../lib/config/config-tree';
import { renderPath } from '../../../../lib/config/config-tree';
import { parseYaml } from '../../../../lib/config/parse-yaml';
import { judgeSettings, type Judgement } from '../../../../lib/config/settings/judge-settings';
import { describeProblem, describeWarning, SpecError } from '../../../../lib/errors';
import { untoldSettings } from '../../../support/untold-settings';
import { settingRows, withValueAt, type SettingRow } from '../../../support/setting-rows';

const judge = (text: string): Judgement => judgeSettings(parseYaml(text).tree);
const problemsOf = (text: string): readonly string[] => judge(text).problems.map(describeProblem);
const warningsOf = (text: string): readonly string[] => judge(text).warnings.map(describeWarning);

describe('judgeSettings', () => {
  it('says nothing of an empty file', () => {
    expect(judgeSettings({})).toEqual({
      problems: [],
      warnings: [],
      acceptedWithout: [],
    });
  });

  it('rejects each protection that is asked for and not given, all at once', () => {
    const text = `
model_list: [{model_name: gpt, litellm_params: {model: openai/gpt-4o, guardrails: [pii]}}]
guardrails: [{guardrail_name: pii, litellm_params: {guardrail: presidio, mode: pre_call}}]
litellm_settings: {pre_call_rules: my_rules.check, tag_budget_config: {a: {max_budget: 1}}}
general_settings: {custom_auth: my_auth.check, enable_oauth2_auth: true, enable_jwt_auth: true,
  litellm_jwtauth: {custom_validate: my_auth.validate}, role_permissions: [{role: team, models: [a]}]}
`;
    expect(judge(text).problems.map(({ rule, path }) => `${path} ${rule}`)).toEqual([
      'model_list[0].litellm_params.guardrails config.guard.content',
      'guardrails config.guard.content',
      'litellm_settings.pre_call_rules config.guard.content',
      'litellm_settings.tag_budget_config config.guard.money',
      'general_settings.custom_auth config.guard.access',
      'general_settings.enable_oauth2_auth config.guard.access',
      'general_settings.litellm_jwtauth.custom_validate config.guard.access',
      'general_settings.role_permissions config.guard.access',
    ]);
  });

  it.each([
    [
      'a guard, naming what LiteLLM would do and both ways out',
      'general_settings: {default_team_disabled: true}',
      'general_settings.default_team_disabled must be left to something else: this gateway does not do it, and LiteLLM would let nobody make keys for a whole team, got true; remove it and give the management routes to administrators alone, or accept to go without by litellm_ha_settings: {accept_without: [default_team_disabled]}',
    ],
    [
      'a callback that guards, by its place in the list',
      'litellm_settings: {callbacks: [prometheus, lakera_prompt_injection]}',
      'litellm_settings.callbacks[1] must be left to something else: this gateway does not do it, and LiteLLM would refuse prompts that Lakera takes for injections, got "lakera_prompt_injection"; remove it and call it from the application or from a proxy in front, or accept to go without by litellm_ha_settings: {accept_without: [callbacks]}',
    ],
    [
      'a Python hook',
      'litellm_settings: {callbacks: custom_callbacks.handler}',
      'litellm_settings.callbacks must be left to something else: this gateway does not do it, and LiteLLM would let this Python code refuse or rewrite each call, got "custom_callbacks.handler"; remove it and move what it refuses or rewrites into a proxy in front, or accept to go without by litellm_ha_settings: {accept_without: [callbacks]}',
    ],
    [
      'an option of tokens',
      'general_settings: {litellm_jwtauth: {team_id_upsert: true}}',
      'general_settings.litellm_jwtauth.team_id_upsert must be left to something else: this gateway does not do it, and LiteLLM would make teams that tokens name and nobody made, got true; remove it and make them by POST /team/new, or accept to go without by litellm_ha_settings: {accept_without: [team_id_upsert]}',
    ],
    [
      'a budget of tags',
      'litellm_settings: {tag_budget_config: {a: {max_budget: 1}}}',
      'litellm_settings.tag_budget_config must be left to something else: this gateway does not do it, and LiteLLM would refuse calls whose tag has spent its budget, got a map; remove it and give each tag a key with a max_budget, or accept to go without by litellm_ha_settings: {accept_without: [tag_budget_config]}',
    ],
    [
      'an acceptance of something that guards nothing, with the nearest name',
      'litellm_ha_settings: {accept_without: [guardrail]}',
      'litellm_ha_settings.accept_without[0] must name a setting that protects something and that this gateway does not do, got "guardrail"; write guardrails',
    ],
    [
      'an acceptance of something that nobody knows',
      'litellm_ha_settings: {accept_without: [firewall_rules]}',
      'litellm_ha_settings.accept_without[0] must name a setting that protects something and that this gateway does not do, got "firewall_rules"; remove it',
    ],
    [
      'an acceptance that is no list',
      'litellm_ha_settings: {accept_without: guardrails}',
      'litellm_ha_settings.accept_without must be a list of settings, got "guardrails"; write [guardrails]',
    ],
  ])('rejects %s', (_, text, message) => {
    expect(problemsOf(text)).toEqual([message]);
  });

  it.each([
    ['false', 'general_settings: {enable_oauth2_auth: false, default_team_disabled: no}'],
    ['nothing', 'general_settings: {custom_auth: , role_permissions: null}'],
    ['an empty list', 'guardrails: []\nlitellm_settings: {default_guardrails: []}'],
  ])('takes a guard that is %s for absent', (_, text) => {
    expect(judge(text)).toMatchObject({ problems: [], warnings: [] });
  });

  it('warns of a guard that the file accepts to go without, instead of refusing it', () => {
    const text = `
general_settings: {default_team_disabled: true}
litellm_ha_settings: {accept_without: [default_team_disabled]}
`;
    expect(judge(text)).toMatchObject({ problems: [], acceptedWithout: ['default_team_disabled'] });
    expect(warningsOf(text)).toEqual([
      'general_settings.default_team_disabled: accepted to go without; LiteLLM would let nobody make keys for a whole team',
    ]);
  });

  it('says nothing of a parameter that no table knows: it is sent to the provider', () => {
    const text = 'model_list: [{model_name: m, litellm_params: {model: gpt-4o, my_own: 1}}]';
    expect(warningsOf(text)).toEqual([]);
  });

  it('warns of an acceptance that nothing needs', () => {
    expect(warningsOf('litellm_ha_settings: {accept_without: [custom_auth]}')).toEqual([
      'litellm_ha_settings.accept_without[0]: nothing in the file needs it; remove custom_auth',
    ]);
  });

  it('warns of an acceptance of something that is done, as after an upgrade', () => {
    const text = 'litellm_ha_settings: {accept_without: [num_retries]}';
    expect(judge(text).acceptedWithout).toEqual([]);
    expect(warningsOf(text)).toEqual([
      'litellm_ha_settings.accept_without[0]: nothing in the file needs it; remove num_retries',
    ]);
  });

  it.each([
    [
      'observability by name',
      'litellm_settings: {success_callback: [langfuse], callbacks: [prometheus]}',
      'litellm_settings.success_callback[0]: has no effect here; LiteLLM would report each call to langfuse',
    ],
    [
      'what the environment does instead',
      'general_settings: {disable_prisma_schema_update: true}',
      'general_settings.disable_prisma_schema_update: has no effect here; set DISABLE_SCHEMA_UPDATE=true in the environment',
    ],
    [
      'a typo once, not as a parameter besides',
      'model_list: [{model_name: m, litellm_params: {model: gpt-4o, api_bse: x}}]',
      'model_list[0].litellm_params.api_bse: not known; did you mean api_base?',
    ],
    [
      'a misspelt section',
      'genral_settings: {master_key: x}',
      'genral_settings: not known; did you mean general_settings?',
    ],
    [
      'tools of MCP, which nobody is less protected without',
      'mcp_servers: {github: {url: https://example.com}}',
      'mcp_servers: has no effect here; LiteLLM would serve these tools over MCP',
    ],
  ])('warns of %s', (_, text, warning) => {
    expect(judge(text).problems).toEqual([]);
    expect(warningsOf(text)).toEqual([warning]);
  });

  it('never lets a key of the table pass in silence that has an effect and is not done', () => {
    fc.assert(
      fc.property(fc.subarray([...settingRows()], { minLength: 1, maxLength: 40 }), (rows) => {
        const tree = rows.reduce<ConfigTree>(
          (file, row) => withValueAt(file, row.path, valueFor(row)),
          {},
        );
        const { problems, warnings } = judgeSettings(tree as ConfigMap);
        const told = [...problems, ...warnings].map(({ path }) => path);
        for (const row of rows.filter(isUntold)) expect(told).toContain(renderPath(row.path));
        expect(untoldSettings(tree as ConfigMap)).toEqual([]);
      }),
    );
  });
});

/** Later rows of one `callbacks` overwrite earlier ones; each row is judged in a file where it is the last. */
function isUntold(row: SettingRow, index: number, rows: readonly SettingRow[]): boolean {
  const isLast = !rows.some(
    ({ path }, other) => other > index && renderPath(path) === renderPath(row.path),
  );
  return isLast && ['elsewhere', 'guard', 'ignored'].includes(row.fate.kind);
}

/** A value that is inert for no row. */
function valueFor({ name, fate }: SettingRow): ConfigTree {
  if (name !== null) return name;
  return fate.kind === 'done' ? fate.samples[0] : 'something';
}

describe('GatewayConfig', () => {
  it('rejects at synth what the gateway would refuse at its start, and tells typos beside it', () => {
    const text = stringify({
      genral_settings: {},
      guardrails: [{ guardrail_name: 'pii' }],
    });
    expect(() => GatewayConfig.fromYaml(text)).toThrow(
      new SpecError(
        'gateway configuration',
        judgeSettings(parseYaml(text).tree).problems,
        judgeSettings(parseYaml(text).tree).warnings,
      ),
    );
  });

  it('keeps what the file accepts to go without', () => {
    const text = 'guardrails: [{}]\nlitellm_ha_settings: {accept_without: [guardrails]}';
    expect(GatewayConfig.fromYaml(text).acceptedWithout).toEqual(['guardrails']);
  });
});
