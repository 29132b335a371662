import { TRANSPORT_HEADERS } from '../../lib/config/upstream-settings';
import { GatewayError } from '../errors';

export const NO_HEADERS: readonly string[] = [];

/**
 * Headers of a client that never go to a provider although they start with `x-`: keys to this gateway, words to it, words of
 * a proxy in front of it about the client's address, and what the OpenAI SDK says of itself, which its own server refuses
 * from a proxy (LiteLLM leaves that last group out, too).
 */
const KEPT_BACK =
  /^x-(litellm|stainless|forwarded|real|original|envoy|amzn|amz|goog|cloud-trace|request-start|api-key|auth|drain|client-ip|cluster-client-ip|ms-)/;

const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const VISIBLE_TEXT = /^[\t\x20-\x7e]*$/;
const MOST_HEADERS = 32;
const LONGEST_VALUE = 2048;
/** The one header without `x-` that may be a client's, where the configuration says so. */
export const ORGANIZATION = 'openai-organization';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface ForwardingRules {
  readonly clientHeaders: 'forwarded' | 'kept-back';
  readonly clientOrganization: 'forwarded' | 'kept-back';
}

/** What of a request's own headers may go along to a provider. `token`, the client's key, does in no header whatever. */
export function selectForwardable(
  headers: Headers,
  rules: ForwardingRules,
  token: string | null,
): readonly string[] {
  const selected: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    const wanted =
      name === ORGANIZATION
        ? rules.clientOrganization === 'forwarded'
        : rules.clientHeaders === 'forwarded' && mayClientSet(name);
    if (!wanted || typeof value !== 'string' || !isSendable(value)) continue;
    if (token !== null && token !== '' && value.includes(token)) continue;
    selected.push(name, value);
    if (selected.length === 2 * MOST_HEADERS) break;
  }
  return selected.length === 0 ? NO_HEADERS : selected;
}

/** `extra_headers` of a body, or `headers`, LiteLLM's other name for it: those that start with `x-`. */
export function parseExtraHeaders(json: Readonly<Record<string, unknown>>): readonly string[] {
  const given = [json.headers, json.extra_headers].filter(
    (map) => map !== undefined && map !== null,
  );
  if (given.length === 0) return NO_HEADERS;
  return given.flatMap((map) => {
    if (typeof map !== 'object' || map === null || Array.isArray(map)) {
      throw invalid('must be a map of headers');
    }
    const entries = Object.entries(map as Readonly<Record<string, unknown>>);
    if (entries.length > MOST_HEADERS) throw invalid(`must be at most ${MOST_HEADERS} headers`);
    return entries.flatMap(([name, value]) => parseHeader(name.toLowerCase(), value));
  });
}

function parseHeader(name: string, value: unknown): readonly string[] {
  if (!mayClientSet(name)) {
    throw new GatewayError(
      'client_credentials_refused',
      `extra_headers must not set ${JSON.stringify(name.slice(0, 64))}: a client may set headers that start with x- and say ` +
        "nothing of keys or of proxies; the deployment's own extra_headers may set any",
      { param: 'extra_headers' },
    );
  }
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string' || !isSendable(text)) {
    throw invalid(`must hold text of one line in ASCII, at most ${LONGEST_VALUE} characters long`);
  }
  return [name, text];
}

function mayClientSet(name: string): boolean {
  return (
    name.startsWith('x-') &&
    TOKEN.test(name) &&
    !KEPT_BACK.test(name) &&
    !TRANSPORT_HEADERS.has(name)
  );
}

function isSendable(value: string): boolean {
  return value.length <= LONGEST_VALUE && VISIBLE_TEXT.test(value);
}

function invalid(allowed: string): GatewayError {
  return new GatewayError('invalid_request', `extra_headers ${allowed}`, {
    param: 'extra_headers',
  });
}
