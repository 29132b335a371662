import { GatewayError } from '../errors';
import { selectStringEnd } from './json-span';

/**
 * Deeper than any request of people or programs: schemas of tools go ten or twenty levels down, and Python, which LiteLLM and
 * most providers read with, gives up at about a thousand. Unit: levels.
 */
export const DEEPEST_JSON = 256;

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Looks over the bytes of a body before they are parsed. Throws where they are nested too deep: some of what happens to a
 * parsed value is recursive. Returns the members at the top level, repeated ones included, for {@link refuseRepeatedKeys}.
 * One pass that makes nothing and jumps over strings; bytes that are no JSON come out somehow, and fail in the parser.
 */
export function scanJson(bytes: Buffer): number {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    switch (bytes[at]) {
      case QUOTE:
        at = selectStringEnd(bytes, at) - 1;
        break;
      case COLON:
        if (depth === 1) members += 1;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1;
        if (depth > DEEPEST_JSON) throw tooDeep();
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth -= 1;
        break;
      default:
    }
  }
  return members;
}

/**
 * Refuses a key that stands twice at the top level, also in escapes: of two values we would go by the one, and the provider
 * by the other. `members` is what {@link scanJson} counted, `keys` those of the parsed object.
 */
export function refuseRepeatedKeys(bytes: Buffer, members: number, keys: readonly string[]): void {
  if (keys.length === members) return;
  const key = selectRepeatedKey(bytes).slice(0, LONGEST_NAMED_KEY);
  throw new GatewayError('invalid_request', `${key} must be given once`, { param: key });
}

const LONGEST_NAMED_KEY = 64;

/** Only for the message, so it may take its time. */
function selectRepeatedKey(bytes: Buffer): string {
  const seen = new Set<string>();
  let depth = 0;
  let text = { start: 0, end: 0 };
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      text = { start: at, end: selectStringEnd(bytes, at) };
      at = text.end - 1;
    } else if (byte === COLON && depth === 1) {
      const key = JSON.parse(bytes.toString('utf8', text.start, text.end)) as string;
      if (seen.has(key)) return key;
      seen.add(key);
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
  }
  return 'each field';
}

function tooDeep(): GatewayError {
  return new GatewayError('invalid_json', `the body must be nested at most ${DEEPEST_JSON} deep`);
}
