type Json = Readonly<Record<string, unknown>>;

/** Far deeper than any body; a path is the client's to write. */
const MOST_STEPS = 20;

/**
 * LiteLLM's `additional_drop_params`: a copy of the body without what each path leads to. `user` is a field, `metadata.team`
 * one within a field, `tools[0].strict` one of an item and `tools[*].strict` one of each. What leads nowhere changes nothing.
 */
export function dropPaths(body: Json, paths: readonly string[]): Json {
  return paths.reduce<Json>((kept, path) => {
    const steps = parseSteps(path);
    return steps === null ? kept : (dropStep(kept, steps) as Json);
  }, body);
}

/** The field at the top level that a path begins with. */
export function selectRoot(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}

type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'each' };

const STEP = /\.?([^.[\]]+)|\[(\*|\d+)\]/y;

/** Null: no path. */
function parseSteps(path: string): readonly Step[] | null {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null || steps.length === MOST_STEPS) return null;
    const [, name, index] = match;
    if (name !== undefined) steps.push({ kind: 'member', name });
    else if (index === '*') steps.push({ kind: 'each' });
    else steps.push({ kind: 'item', index: Number(index) });
  }
  return steps[0]?.kind === 'member' ? steps : null;
}

function dropStep(value: unknown, [step, ...rest]: readonly Step[]): unknown {
  if (step === undefined || typeof value !== 'object' || value === null) return value;
  if (step.kind !== 'member') {
    if (!Array.isArray(value)) return value;
    const isMeant = (index: number): boolean => step.kind === 'each' || step.index === index;
    return rest.length === 0
      ? value.filter((_item, index) => !isMeant(index))
      : value.map((item: unknown, index) => (isMeant(index) ? dropStep(item, rest) : item));
  }
  if (Array.isArray(value) || !Object.hasOwn(value, step.name)) return value;
  // Without a prototype, a key named __proto__ stays the plain key it is.
  const kept: Record<string, unknown> = Object.assign(Object.create(null), value);
  if (rest.length === 0) delete kept[step.name];
  else kept[step.name] = dropStep(kept[step.name], rest);
  return kept;
}
