import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../support/project-files';
import type { ConformanceRule } from './conformance-rule';
import { CACHE_RULES } from './cache';
import { COOLDOWN_RULES } from './cooldowns';
import { ERROR_RULES } from './errors';
import { FALLBACK_RULES } from './fallbacks';
import { GUARD_RULES } from './guards';
import { HEALTH_RULES } from './health';
import { KEY_RULES } from './keys';
import { LIMIT_RULES } from './limits';
import { PARAMETER_RULES } from './parameters';
import { RETRY_RULES } from './retries';
import { SPEND_RULES } from './spend';
import { STRATEGY_RULES } from './strategies';
import { STREAMING_RULES } from './streaming';
import { TRANSLATION_RULES } from './translations';

const DOCUMENT = join(PROJECT_ROOT, 'docs', 'litellm-compatibility.md');

/** In the order a request meets them. */
const RULES: readonly ConformanceRule[] = [
  ...KEY_RULES,
  ...GUARD_RULES,
  ...SPEND_RULES,
  ...CACHE_RULES,
  ...PARAMETER_RULES,
  ...TRANSLATION_RULES,
  ...STRATEGY_RULES,
  ...LIMIT_RULES,
  ...COOLDOWN_RULES,
  ...RETRY_RULES,
  ...FALLBACK_RULES,
  ...ERROR_RULES,
  ...STREAMING_RULES,
  ...HEALTH_RULES,
];

describe.each(RULES)('$section: $id', (rule) => {
  it('holds', async () => {
    await rule.prove();
  });
});

describe('docs/litellm-compatibility.md', () => {
  it('says what was just proven (UPDATE_DOCS=1 writes it anew)', () => {
    const expected = renderDocument(RULES);
    if (process.env.UPDATE_DOCS === '1') writeFileSync(DOCUMENT, expected);

    expect(readFileSync(DOCUMENT, 'utf8')).toBe(expected);
  });

  it('has one row for each rule', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  });
});

function renderDocument(rules: readonly ConformanceRule[]): string {
  const sections = [...new Set(rules.map(({ section }) => section))];
  const differing = rules.filter(({ why }) => why !== null).length;
  return [
    '# LiteLLM compatibility',
    '',
    'What LiteLLM does with a request, what this gateway does, and why where the two differ: only where LiteLLM’s way is a',
    'defect. Each row is proven by running the gateway’s own code; `npm test` fails when a row is no longer true, and this',
    'page is written by the same test (`npm run docs`).',
    '',
    `${rules.length} rules, ${rules.length - differing} the same, ${differing} different on purpose.`,
    ...sections.flatMap((section) => renderSection(section, rules)),
    '',
  ].join('\n');
}

function renderSection(section: string, rules: readonly ConformanceRule[]): readonly string[] {
  const title = section.charAt(0).toUpperCase() + section.slice(1);
  const rows = rules.filter((rule) => rule.section === section);
  return [
    '',
    `## ${title}`,
    '',
    '| rule | LiteLLM | here | why it differs |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ id, liteLlm, ours, why }) =>
        `| \`${id}\` | ${cell(liteLlm)} | ${cell(ours)} | ${cell(why ?? '')} |`,
    ),
  ];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
