import { setOfNames } from '../../routing/param-support';
import type { BodyDialect } from '../upstream-body';

/** `unsupported`: parameters that a body must not have, as far as they may be dropped. */
export function createBodyDialect(
  maxTokens: BodyDialect['maxTokens'],
  unsupported: readonly string[],
): BodyDialect {
  const unknown = unsupported.includes('logprobs') ? [...unsupported, 'top_logprobs'] : unsupported;
  return { unsupported: setOfNames(unknown), maxTokens };
}
