import type { Fate } from '../../lib/config/settings/setting';
import { settingRows, type SettingRow } from './setting-rows';

const INTRODUCTION = `# Settings

What becomes of each setting of LiteLLM's \`config.yaml\` here. \`litellm-ha check\` says the same of a file: whatever has no
effect is named before the first request. This page is made from \`lib/config/settings\` by \`npm run docs\`.

- **done**: the gateway does it; the name is that of the typed field.
- **elsewhere**: not the file does it, but what stands here. A warning names it.
- **ignored**: LiteLLM would do it, and this gateway does not. A warning names it.
- **harmless**: nobody can tell whether it is there. No warning.
- **refused** (guards access, money or content): LiteLLM would protect somebody by it, and this gateway does not. Neither
  \`check\` nor \`serve\` nor a construct accepts the file, unless it says so itself; then a warning at every start and the
  metric \`litellm_ha_settings_accepted_without\` keep it in mind:

\`\`\`yaml
litellm_ha_settings:
  accept_without: [guardrails]
\`\`\`

A value that switches nothing on (\`false\`, null, an empty list) needs neither warning nor refusal. A key that is in no
table is not known: a warning names it, and the nearest name. What is said of \`model_list[].litellm_params\` holds for
\`router_settings.default_litellm_params\` and for \`credential_list[].credential_values\` too.
`;

/** Sections with the rows of `model_list[].litellm_params`. */
const REPEATED = ['router_settings.default_litellm_params', 'credential_list[].credential_values'];

/** The page, from the table. */
export function renderSettingsPage(): string {
  const sections = new Map<string, SettingRow[]>();
  for (const row of settingRows().filter(({ section }) => !REPEATED.includes(section))) {
    sections.set(row.section, [...(sections.get(row.section) ?? []), row]);
  }
  return [INTRODUCTION, ...[...sections].map(([name, rows]) => renderSection(name, rows))].join(
    '\n',
  );
}

function renderSection(name: string, rows: readonly SettingRow[]): string {
  const body = [...rows]
    .map((row) => ({ key: titleOf(row), ...describe(row.fate) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const title = name === '' ? 'The file' : `\`${name}\``;
  return [
    `## ${title}\n`,
    '| setting | here | how |',
    '| --- | --- | --- |',
    ...body.map(({ key, fate, how }) => `| \`${key}\` | ${fate} | ${how} |`),
    '',
  ].join('\n');
}

function titleOf({ key, name }: SettingRow): string {
  return name === null ? key : `${key}: ${name}`;
}

function describe(fate: Fate): { readonly fate: string; readonly how: string } {
  switch (fate.kind) {
    case 'done':
      return { fate: 'done', how: fate.fields.map((field) => `\`${field}\``).join(', ') };
    case 'elsewhere':
      return { fate: 'elsewhere', how: fate.instead };
    case 'harmless':
      return { fate: 'harmless', how: fate.because };
    case 'ignored':
      return { fate: 'ignored', how: `LiteLLM would ${fate.effect}` };
    case 'guard':
      return {
        fate: `refused (guards ${fate.guards})`,
        how: `LiteLLM would ${fate.effect}; ${fate.instead}`,
      };
  }
}
