import { isSent } from '../../lib/config/request-fields';
import { DECIDED_MEMBERS } from '../../lib/config/upstream-settings';

export type RequestDefaults = Readonly<Record<string, unknown>>;

/**
 * `litellm_params` that are fields of a request, OpenAI's or the provider's own: sent with each request that does not set
 * them itself. Null when there are none, so that the common case never rewrites a body.
 */
export function selectRequestDefaults(
  otherParams: Readonly<Record<string, unknown>>,
): RequestDefaults | null {
  const fields = Object.entries(otherParams).filter(
    ([name, value]) => isSent(name) && !DECIDED_MEMBERS.has(name) && value !== null,
  );
  return fields.length === 0 ? null : Object.fromEntries(fields);
}
