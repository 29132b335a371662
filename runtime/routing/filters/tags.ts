import { NEVER } from './filter';
import type { Filter } from './filter';

const DEFAULT_TAG = 'default';

/**
 * LiteLLM's: who has one of the request's tags (or all of them), else who is tagged `default`, else nobody. A request
 * without tags goes to those tagged `default`, or anywhere when none is.
 */
export const tagFilter: Filter = {
  reason: 'tags',
  keep: (candidates, { router, traits }) => {
    if (router.tagFiltering === 'off') return candidates;
    const byDefault = candidates.filter(({ tags }) => tags.includes(DEFAULT_TAG));
    if (traits.tags.length === 0) return byDefault.length > 0 ? byDefault : candidates;
    const fits = (tags: readonly string[]): boolean =>
      router.tagFiltering === 'all'
        ? traits.tags.every((tag) => tags.includes(tag))
        : traits.tags.some((tag) => tags.includes(tag));
    const tagged = candidates.filter(({ tags }) => fits(tags));
    return tagged.length > 0 ? tagged : byDefault;
  },
  waitMs: NEVER,
};
