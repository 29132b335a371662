import { invalid, isMap, readMap } from './openai-request';
import type { Json } from './openai-request';

/** References can unfold a few bytes without end; no tool that is meant has so many parts. */
const MOST_PARTS = 5000;

/** Counts the parts of a schema while its references are resolved. `param`: where it stands, for the error. */
export class PartCount {
  private parts = 0;

  constructor(private readonly param: string) {}

  add(): void {
    this.parts += 1;
    if (this.parts <= MOST_PARTS) return;
    throw invalid(
      this.param,
      `must have a JSON schema of at most ${MOST_PARTS} parts once its references are resolved`,
    );
  }
}

/** `#/$defs/City` in the schema that it stands in. */
export function resolveReference(root: Json, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  return reference
    .slice(2)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, step) => (isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined),
      root,
    );
}

/**
 * The schema with what it refers to in place of each reference. One that leads nowhere, or into itself, becomes an object of
 * any kind.
 */
export function inlineReferences(schema: Json, param: string): Json {
  const count = new PartCount(param);
  const inline = (node: unknown, within: readonly string[]): unknown => {
    count.add();
    if (Array.isArray(node)) return node.map((each: unknown) => inline(each, within));
    if (!isMap(node)) return node;
    const { $ref: reference, $defs: _, definitions: __, ...beside } = node;
    if (typeof reference !== 'string') return inlineMembers(beside, within);
    const target = within.includes(reference) ? null : readMap(resolveReference(schema, reference));
    return target === null
      ? { type: 'object', ...beside }
      : inline({ ...target, ...beside }, [...within, reference]);
  };
  const inlineMembers = (node: Json, within: readonly string[]): Json =>
    Object.fromEntries(Object.entries(node).map(([name, value]) => [name, inline(value, within)]));
  return readMap(inline(schema, [])) ?? {};
}
