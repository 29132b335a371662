import type { IncomingMessage } from 'node:http';
import type { Reply } from './reply';

/** How long a browser may go by what it was told. Unit: seconds. */
const REMEMBERED_SECONDS = 600;
const METHODS = 'GET, POST, OPTIONS';
/** What a browser may be told that it may send: names, with commas between them. */
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,4096}$/;

/**
 * Lets web pages of listed origins call the gateway. Credentials are never allowed: keys travel in a header that a page has
 * to set itself, so no page can spend what a browser merely remembers.
 */
export class Cors {
  private readonly origins: ReadonlySet<string>;

  constructor(origins: readonly string[]) {
    this.origins = new Set(origins);
  }

  /** Says in the reply what the page may see. A browser's question before the request proper is answered at once. */
  answer({ method, headers }: IncomingMessage, reply: Reply): 'answered' | 'passed' {
    const { origin } = headers;
    if (origin === undefined) return 'passed';
    reply.annotate('vary', 'Origin');
    const allowed = this.origins.has('*') ? '*' : this.origins.has(origin) ? origin : null;
    if (allowed === null) return 'passed';
    reply.annotate('access-control-allow-origin', allowed);
    const asked = headers['access-control-request-method'];
    if (method !== 'OPTIONS' || asked === undefined) {
      reply.annotate('access-control-expose-headers', '*');
      return 'passed';
    }
    const names = headers['access-control-request-headers'];
    reply.annotate('access-control-allow-methods', METHODS);
    reply.annotate('access-control-max-age', String(REMEMBERED_SECONDS));
    // A star would not stand for `authorization`.
    if (names !== undefined && HEADER_NAMES.test(names)) {
      reply.annotate('access-control-allow-headers', names);
    }
    reply.sendText(200, 'text/plain', '');
    return 'answered';
  }
}
