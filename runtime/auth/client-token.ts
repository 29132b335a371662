import type { IncomingHttpHeaders } from 'node:http';

/** LiteLLM's places for a key, the usual one first. A key in the query string is never looked for: URLs get logged. */
const KEY_HEADERS = [
  'x-litellm-api-key',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'ocp-apim-subscription-key',
] as const;

/**
 * The key a client shows; null when it shows none. A header of the operator's own choice takes the place of all others, as
 * in LiteLLM: `authorization` may then be between the client and a proxy on the way.
 */
export function selectClientToken(
  headers: IncomingHttpHeaders,
  keyHeader: string | null = null,
): string | null {
  if (keyHeader !== null) {
    const own = headers[keyHeader];
    return typeof own === 'string' ? stripBearer(own) : null;
  }
  const { authorization } = headers;
  if (authorization !== undefined) return stripBearer(authorization);
  for (const name of KEY_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') return stripBearer(value);
  }
  return null;
}

function stripBearer(value: string): string {
  return /^bearer /i.test(value) ? value.slice(7).trim() : value;
}
