/** Nobody nests a request deeper; walking down further would exhaust the stack. */
const DEEPEST = 100;

/**
 * JSON with the fields of each object in order, so that equal values have equal texts. Null: the value is nested too deep.
 */
export function renderCanonical(value: unknown): string | null {
  const parts: string[] = [];
  return write(value, DEEPEST, parts) === 'written' ? parts.join('') : null;
}

function write(value: unknown, depth: number, parts: string[]): 'written' | 'too-deep' {
  if (depth === 0) return 'too-deep';
  if (typeof value !== 'object' || value === null) {
    parts.push(JSON.stringify(value) ?? 'null');
    return 'written';
  }
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  parts.push(open ?? '');
  for (const [name, inner] of entriesOf(value)) {
    if (name !== null) parts.push(JSON.stringify(name), ':');
    if (write(inner, depth - 1, parts) === 'too-deep') return 'too-deep';
    parts.push(',');
  }
  parts.push(close ?? '');
  return 'written';
}

function entriesOf(value: object): readonly (readonly [string | null, unknown])[] {
  if (Array.isArray(value)) return value.map((inner: unknown) => [null, inner] as const);
  const fields: readonly (readonly [string, unknown])[] = Object.entries(value);
  return fields.toSorted(([one], [other]) => (one < other ? -1 : 1));
}
