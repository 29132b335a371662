import type { UpstreamHeaders } from '../ports';
import type { Redactor } from '../redact';

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
 * response, such as a line feed in a value, is dropped, and keys are struck out.
 */
export function renderForwardedHeaders(
  headers: UpstreamHeaders,
  { redactor, ownLimits }: ForwardingContext,
): string[] {
  const forwarded: string[] = [];
  let count = 0;
  for (const name in headers) {
    const value = headers[name];
    if (KEPT_BACK.has(name) || typeof value !== 'string' || value.length > LONGEST_VALUE) continue;
    if (!TOKEN.test(name) || !VISIBLE_TEXT.test(value)) continue;
    const shown = redactor.text(value);
    forwarded.push(`llm_provider-${redactor.text(name)}`, shown);
    // LiteLLM passes the provider's limits on under their own name too.
    if (ownLimits === 'none' && name.startsWith('x-ratelimit-')) forwarded.push(name, shown);
    count += 1;
    if (count === MOST_HEADERS) break;
  }
  return forwarded;
}

export interface ForwardingContext {
  readonly redactor: Redactor;
  /** `told`: `x-ratelimit-` says what the caller's own key may use; a second value of one name would be read as a list. */
  readonly ownLimits: 'told' | 'none';
}
