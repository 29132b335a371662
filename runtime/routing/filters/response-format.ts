import { NEVER } from './filter';
import type { Filter } from './filter';

/** With `enable_pre_call_checks`: an answer by a JSON schema is asked only of models not known to be without it. */
export const responseFormatFilter: Filter = {
  reason: 'response-format',
  keep: (candidates, { router, traits }) => {
    if (router.preCallChecks === 'off' || traits.answerFormat === 'any') return candidates;
    return candidates.filter(({ responseSchemas }) => responseSchemas !== 'unsupported');
  },
  waitMs: NEVER,
};
