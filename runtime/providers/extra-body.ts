import { GatewayError } from '../errors';

type Json = Readonly<Record<string, unknown>>;

/** The fields of `extra_body` in their place at the top level, where the OpenAI SDK puts them before it sends a body. */
export function mergeExtraBody(json: Json): Json {
  const { extra_body: extra, ...own } = json;
  if (extra === undefined || extra === null) return own;
  if (typeof extra === 'object' && !Array.isArray(extra)) return { ...own, ...extra };
  throw new GatewayError('invalid_request', 'extra_body must be a map of fields', {
    param: 'extra_body',
  });
}
