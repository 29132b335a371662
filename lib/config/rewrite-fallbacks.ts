import type { Warning } from '../errors';
import { renderSnippet } from './canonical-yaml';
import { ownValue, sectionOf, type ConfigMap } from './config-tree';
import { readFallbacks, type FallbackEntry } from './fallback-forms';
import { withSection, type Rewrite } from './rewrite';

const SECTIONS = ['router_settings', 'litellm_settings'] as const;

export const FALLBACK_KEYS = [
  'fallbacks',
  'context_window_fallbacks',
  'content_policy_fallbacks',
] as const;

/** Fallbacks in any form become LiteLLM's list of one-key maps. */
export function rewriteFallbacks(tree: ConfigMap): Rewrite {
  const places = SECTIONS.flatMap((section) => FALLBACK_KEYS.map((key) => ({ section, key })));
  return places.reduce<Rewrite>(
    (before, { section, key }) => {
      const settings = sectionOf(before.tree, section);
      const value = ownValue(settings, key) ?? null;
      if (value === null) return before;
      const { entries, forms } = readFallbacks(value);
      const documented = firstOfEach(entries).map(({ model, targets }) => ({ [model]: targets }));
      const path = `${section}.${key}`;
      const warnings: readonly Warning[] = [
        ...forms.map((form) => ({
          rule: 'config.dialect.fallbacks',
          path,
          message: `${FORM_WORDS[form]}; write ${renderSnippet({ [key]: documented })}`,
        })),
        ...repeatedOf(entries).map((model) => ({
          rule: 'config.fallbacks.repeated',
          path,
          message: `${model} is listed more than once, only the first entry counts; join its fallbacks in one entry`,
        })),
      ];
      return {
        tree: withSection(before.tree, section, { ...settings, [key]: documented }),
        warnings: [...before.warnings, ...warnings],
      };
    },
    { tree, warnings: [] },
  );
}

const FORM_WORDS = {
  'model-and-fallback-models': 'LiteLLM does not know model and fallback_models here',
  map: 'LiteLLM wants a list of one-key maps here, not one map',
  'single-target': 'LiteLLM reads a lone name letter by letter, it wants a list',
} as const;

function firstOfEach(entries: readonly FallbackEntry[]): readonly FallbackEntry[] {
  return entries.filter(
    ({ model }, index) => entries.findIndex((other) => other.model === model) === index,
  );
}

function repeatedOf(entries: readonly FallbackEntry[]): readonly string[] {
  const models = entries.map(({ model }) => model);
  return [...new Set(models.filter((model, index) => models.indexOf(model) !== index))];
}
