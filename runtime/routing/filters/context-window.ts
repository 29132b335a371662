import { selectMaxInputTokens } from '../known-models';
import { NEVER } from './filter';
import type { Filter } from './filter';

/**
 * With `enable_pre_call_checks`: leaves out models whose window is shorter than the prompt, where the window is known. The
 * length is an estimate; a provider still has the last word.
 */
export const contextWindowFilter: Filter = {
  reason: 'context-window',
  keep: (candidates, { router, traits }) => {
    if (router.preCallChecks === 'off') return candidates;
    return candidates.filter(
      (candidate) => traits.promptTokens <= (selectMaxInputTokens(candidate) ?? Infinity),
    );
  },
  waitMs: NEVER,
};
