import type { Warning } from '../errors';
import type { GuardsConfig } from './guards-config';

/** Guards that do less here than with LiteLLM. */
export function findGuardWarnings({ content }: GuardsConfig): readonly Warning[] {
  if (content.bannedKeywords.length === 0) return [];
  return [
    {
      rule: 'config.guard.partial',
      path: 'litellm_settings.banned_keywords_list',
      message: 'prompts are searched for these words; LiteLLM would search answers for them too',
    },
  ];
}
