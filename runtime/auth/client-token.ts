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
 * in LiteLLM: `authorization` may then be between the client and a proxy on the way. A blank key is none, whichever header
 * it came in.
 */
export function selectClientToken(
  headers: IncomingHttpHeaders,
  keyHeader: string | null = null,
): string | null {
  if (keyHeader !== null) {
    const own = headers[keyHeader];
    const token = typeof own === 'string' ? stripBearer(own) : '';
    return token === '' ? null : token;
  }
  const { authorization } = headers;
  const first = authorization === undefined ? '' : stripBearer(authorization);
  if (first !== '') return first;
  for (const name of KEY_HEADERS) {
    const value = headers[name];
    if (typeof value !== 'string') continue;
    const token = stripBearer(value);
    if (token !== '') return token;
  }
  return null;
}

function stripBearer(value: string): string {
  // Headers come without spaces around them, so a bare scheme has lost the one behind it.
  if (/^bearer( |$)/i.test(value)) return value.slice(7).trim();
  return value.trim() === '' ? '' : value;
}
