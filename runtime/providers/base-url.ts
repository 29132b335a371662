import type { Unsupported } from './provider';

/** A provider's address, taken apart once at start so that no request parses a URL. */
export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path without a slash at its end; empty at the root. */
  readonly path: string;
  /** `?api-version=…`, or empty. */
  readonly query: string;
}

export function parseBaseUrl(text: string): BaseUrl | Unsupported {
  if (!URL.canParse(text)) return { reason: 'api_base is not a URL' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { reason: `api_base must start with https:// or http://, got ${url.protocol}//` };
  }
  // Credentials in the address would travel into headers and logs.
  if (url.username !== '' || url.password !== '') {
    return { reason: 'api_base must not hold a user name or password' };
  }
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, ''), query: url.search };
}
