/** Stands where a secret stood. */
const MARK = '[redacted]';

/** Shorter ones are words (`none`, `EMPTY`, `dummy`) that local servers are given for a key, and guard nothing. */
const SHORTEST_SECRET = 6;
/** So much of a secret's beginning is struck out where somebody else has cut the text in the middle of it. */
const SHORTEST_BEGINNING = 8;

/**
 * Strikes secrets out of what others say. A provider may echo a key as it is, escaped for JSON (once or twice), for a URL or
 * for HTML, or inside base64, as in `Basic` credentials; each of these spellings is as good as the key.
 */
export class Redactor {
  private readonly secrets: readonly Secret[];
  /** No shorter text holds a secret, whole or begun. */
  private readonly shortest: number;

  constructor(secrets: readonly string[]) {
    const distinct = [...new Set(secrets)].filter(({ length }) => length >= SHORTEST_SECRET);
    // The longest first: one may contain another.
    this.secrets = distinct.sort((one, other) => other.length - one.length).map(createSecret);
    this.shortest = Math.min(...distinct.map(({ length }) => Math.min(length, SHORTEST_BEGINNING)));
  }

  /** The most bytes that one secret takes in an answer's body. */
  get longestBytes(): number {
    return Math.max(0, ...this.secrets.map(({ longestBytes }) => longestBytes));
  }

  /** A text without secrets. To be asked before the text is cut: of a key that lies across the cut a part would stay. */
  text(text: string): string {
    if (text.length < this.shortest) return text;
    return this.secrets.reduce(
      (struck, secret) => strikeBeginning(struck.replace(secret.anywhere, MARK), secret.raw),
      text,
    );
  }

  /**
   * The body of an answer without secrets, the same object where there are none. Base64 is not looked for: bodies are on the
   * path of every request, and a model has never seen the key.
   */
  bytes(bytes: Buffer): Buffer {
    let struck = bytes;
    for (const { anchor, escaped } of this.secrets) {
      if (!struck.includes(anchor)) continue;
      const text = struck.toString('latin1');
      const clean = text.replace(escaped, MARK);
      if (clean !== text) struck = Buffer.from(clean, 'latin1');
    }
    return struck;
  }
}

const redactors = new WeakMap<readonly string[], Redactor>();

/** The redactor of a list that lives as long as its deployment; made once, since patterns cost more than their use. */
export function selectRedactor(secrets: readonly string[]): Redactor {
  const known = redactors.get(secrets);
  if (known !== undefined) return known;
  const made = new Redactor(secrets);
  redactors.set(secrets, made);
  return made;
}

interface Secret {
  readonly raw: string;
  /** In every spelling. */
  readonly anywhere: RegExp;
  /** As it is or escaped, in text that was decoded byte by byte. */
  readonly escaped: RegExp;
  /** Its longest run of letters and digits, which every escape leaves as it is: searched for before all is decoded. */
  readonly anchor: Buffer;
  readonly longestBytes: number;
}

function createSecret(raw: string): Secret {
  const bytes = Buffer.from(raw);
  const cores = [0, 1, 2].map((offset) => renderBase64Core(bytes, offset));
  const spellings = [renderSpelling(raw), ...cores.map(renderBase64Spelling)];
  const runs = raw.match(/[A-Za-z0-9]+/g) ?? [];
  const run = runs.reduce((longest, next) => (next.length > longest.length ? next : longest), '');
  return {
    raw,
    anywhere: new RegExp(spellings.join('|'), 'g'),
    escaped: new RegExp(renderSpelling(bytes.toString('latin1')), 'g'),
    anchor: Buffer.from(run),
    longestBytes: bytes.length * LONGEST_ESCAPE,
  };
}

/** `\\u002f`, as JSON inside a string of JSON writes it. */
const LONGEST_ESCAPE = 7;

function renderSpelling(text: string): string {
  return [...text].map(renderCharacter).join('');
}

/** No encoder escapes letters and digits. */
function renderCharacter(character: string): string {
  if (/[A-Za-z0-9]/.test(character)) return character;
  const units = character
    .split('')
    .map((unit) => `\\\\{1,4}u${anyCase(unit.charCodeAt(0).toString(16).padStart(4, '0'))}`);
  const percent = [...Buffer.from(character)]
    .map((byte) => `%(?:25){0,2}${anyCase(byte.toString(16).padStart(2, '0'))}`)
    .join('');
  const point = character.codePointAt(0) ?? 0;
  const spellings = [
    `\\\\{0,4}${character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}`,
    units.join(''),
    percent,
    `&#(?:[xX]0{0,4}${anyCase(point.toString(16))}|0{0,4}${point});`,
    ...(HTML_NAMES[character] ?? []),
  ];
  return `(?:${spellings.join('|')})`;
}

const HTML_NAMES: Readonly<Record<string, readonly string[]>> = {
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
  '"': ['&quot;'],
};

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

/**
 * The characters of base64 that depend on the secret alone, when so many bytes of a group of three stand before it: what
 * surrounds it changes only the characters at its edges.
 */
function renderBase64Core(secret: Buffer, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), secret]);
  return bytes
    .toString('base64')
    .slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

/** Both alphabets of base64, each possibly escaped for a URL. */
function renderBase64Spelling(core: string): string {
  return [...core]
    .map((character) => {
      if (character === '+') return `(?:${renderCharacter('+')}|-)`;
      return character === '/' ? `(?:${renderCharacter('/')}|_)` : character;
    })
    .join('');
}

/** A text that ends within a secret, because its sender has cut it. */
function strikeBeginning(text: string, secret: string): string {
  for (let length = secret.length - 1; length >= SHORTEST_BEGINNING; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return text.slice(0, text.length - length) + MARK;
  }
  return text;
}
