import type { UpstreamHeaders } from '../ports';

/** Headers that speak about one connection or about bytes we may have changed, and cookies, which are the provider's. */
const KEPT_BACK: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const MOST_HEADERS = 64;
const LONGEST_VALUE = 2048;
const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const VISIBLE_TEXT = /^[\t\x20-\x7e]*$/;

/**
 * A provider's headers as clients may see them: `llm_provider-<name>`, as in LiteLLM. Anything that could split our own
 * response, such as a line feed in a value, is dropped.
 */
export function renderForwardedHeaders(headers: UpstreamHeaders): string[] {
  const forwarded: string[] = [];
  let count = 0;
  for (const name in headers) {
    const value = headers[name];
    if (KEPT_BACK.has(name) || typeof value !== 'string' || value.length > LONGEST_VALUE) continue;
    if (!TOKEN.test(name) || !VISIBLE_TEXT.test(value)) continue;
    forwarded.push(`llm_provider-${name}`, value);
    // LiteLLM passes the provider's limits on under their own name too.
    if (name.startsWith('x-ratelimit-')) forwarded.push(name, value);
    count += 1;
    if (count === MOST_HEADERS) break;
  }
  return forwarded;
}
