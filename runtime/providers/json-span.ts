/** Where a value stands in JSON bytes. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COLON = 0x3a;

/**
 * Finds the string value of a member at the top level of a JSON object, without parsing the rest: only this lets a large
 * body pass through untouched. The bytes must be valid JSON. Members of nested objects and text inside strings never
 * match. Null when the member is absent, is no string, or its key is written with escapes.
 */
export function selectTopLevelString(
  bytes: Buffer,
  key: string,
  from: 'first' | JsonSpan = 'first',
): JsonSpan | null {
  const quotedKey = Buffer.from(`"${key}"`);
  let depth = from === 'first' ? 0 : 1;
  let at = from === 'first' ? 0 : from.end;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const end = selectStringEnd(bytes, at);
      if (
        depth === 1 &&
        end - at === quotedKey.length &&
        bytes.compare(quotedKey, 0, quotedKey.length, at, end) === 0
      ) {
        const value = selectMemberValue(bytes, end);
        if (value !== null) return value;
      }
      at = end;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    at += 1;
  }
  return null;
}

/** What to write into a JSON object. */
export interface Splice {
  /** In place of the string at the span. */
  readonly text: string;
  /** Written as it is before the first member, with a comma at its end. */
  readonly member: Buffer;
}

/** The bytes with another string in place of the one at the span. */
export function renderSpliced(bytes: Buffer, span: JsonSpan, text: string): Buffer {
  return renderSplicedWithMember(bytes, span, { text, member: NO_MEMBER });
}

const NO_MEMBER = Buffer.alloc(0);

/** The same with another member, in one copy. */
export function renderSplicedWithMember(
  bytes: Buffer,
  span: JsonSpan,
  { text, member }: Splice,
): Buffer {
  const value = Buffer.from(JSON.stringify(text));
  const length = bytes.length - (span.end - span.start) + value.length + member.length;
  const spliced = Buffer.allocUnsafe(length);
  const first = member.length === 0 ? 0 : bytes.indexOf(OPEN_BRACE) + 1;
  bytes.copy(spliced, 0, 0, first);
  member.copy(spliced, first);
  bytes.copy(spliced, first + member.length, first, span.start);
  value.copy(spliced, span.start + member.length);
  bytes.copy(spliced, span.start + member.length + value.length, span.end);
  return spliced;
}

/** The index behind the closing quote. Jumps from quote to quote natively, so that long strings cost nothing. */
export function selectStringEnd(bytes: Buffer, start: number): number {
  let quote = bytes.indexOf(QUOTE, start + 1);
  while (quote !== -1) {
    let backslashes = 0;
    while (bytes[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    quote = bytes.indexOf(QUOTE, quote + 1);
  }
  return bytes.length;
}

/** The string behind a colon; null when the quoted text was itself a value, or the value is no string. */
function selectMemberValue(bytes: Buffer, from: number): JsonSpan | null {
  let at = skipSpace(bytes, from);
  if (bytes[at] !== COLON) return null;
  at = skipSpace(bytes, at + 1);
  return bytes[at] === QUOTE ? { start: at, end: selectStringEnd(bytes, at) } : null;
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09)
    at += 1;
  return at;
}
