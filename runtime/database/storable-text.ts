/**
 * PostgreSQL takes neither NUL nor half a surrogate pair in a text. Clients choose names of models and users, and one bad
 * name must not keep a whole batch of the ledger from being stored, so both become U+FFFD.
 */
export function renderStorableText(text: string): string {
  // UTF-8 cannot hold half a pair either; the round trip replaces it.
  const whole = UNPAIRED.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text;
  return whole.includes('\0') ? whole.replaceAll('\0', '\uFFFD') : whole;
}

const UNPAIRED = /[\uD800-\uDFFF]/;

/** The same for a value that may be absent. */
export function renderStorableNullable(text: string | null): string | null {
  return text === null ? null : renderStorableText(text);
}
