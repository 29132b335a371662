import { isMap, readMap, readText } from '../translate/openai-request';
import type { Json } from '../translate/openai-request';
import { PartCount, resolveReference } from '../translate/schema-references';

/** Members that pass as they are. https://ai.google.dev/api/caching#Schema; everything else is refused by Google. */
const KEPT: readonly string[] = [
  'title',
  'description',
  'nullable',
  'default',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'example',
  'propertyOrdering',
];

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  STRING: ['enum', 'date-time'],
  NUMBER: ['float', 'double'],
  INTEGER: ['int32', 'int64'],
};

/** Deeper ones, and those that hold themselves, end in an object of any kind. */
const DEEPEST = 32;
const ANY_OBJECT: Json = { type: 'OBJECT' };

/**
 * A JSON Schema in Google's subset of OpenAPI: references resolved, what it has no member for left out. `param`: where it
 * stands, for the error.
 */
export function renderSchema(schema: Json, param: string): Json {
  return renderNode(schema, { root: schema, within: [], depth: 0, count: new PartCount(param) });
}

interface Place {
  readonly root: Json;
  /** The references that lead here. */
  readonly within: readonly string[];
  readonly depth: number;
  readonly count: PartCount;
}

function renderNode(node: unknown, place: Place): Json {
  place.count.add();
  if (!isMap(node) || place.depth > DEEPEST) return ANY_OBJECT;
  const reference = readText(node.$ref);
  if (reference !== null) return renderReference(node, reference, place);
  const inner = { ...place, depth: place.depth + 1 };
  if (Array.isArray(node.allOf)) return renderNode(mergeAll(node), inner);
  const choices = selectChoices(node);
  return choices === null ? renderPlain(node, inner) : renderChoices(node, choices, inner);
}

function renderReference(node: Json, reference: string, place: Place): Json {
  if (place.within.includes(reference)) return ANY_OBJECT;
  const { $ref: _, ...beside } = node;
  const target = readMap(resolveReference(place.root, reference)) ?? {};
  return renderNode({ ...target, ...beside }, { ...place, within: [...place.within, reference] });
}

/** All of several at once: what each of them demands, together. */
function mergeAll({ allOf, ...node }: Json): Json {
  const parts = (allOf as readonly unknown[]).filter(isMap);
  const [only, ...others] = parts;
  // A reference with a word beside it, as Pydantic writes it.
  if (only !== undefined && others.length === 0) return { ...only, ...node };
  return parts.reduce<Json>(
    (merged, part) => ({
      ...part,
      ...merged,
      properties: { ...readMap(part.properties), ...readMap(merged.properties) },
      required: [...new Set([...readList(part.required), ...readList(merged.required)])],
    }),
    node,
  );
}

/** What the value may be, where there are several. Null: it is one thing. */
function selectChoices(node: Json): readonly unknown[] | null {
  if (Array.isArray(node.anyOf)) return node.anyOf;
  if (Array.isArray(node.oneOf)) return node.oneOf;
  const types = Array.isArray(node.type) ? node.type : null;
  if (types === null) return null;
  const { type: _, enum: values, ...beside } = node;
  const kept = Array.isArray(values) ? { enum: values } : {};
  return types.map((type: unknown) =>
    type === 'null' ? { type } : { ...beside, ...(type === 'string' ? kept : {}), type },
  );
}

/** Google takes nothing beside `anyOf`, and has no type for null. */
function renderChoices(node: Json, choices: readonly unknown[], place: Place): Json {
  const real = choices.filter((choice) => readMap(choice)?.type !== 'null');
  const nullable = real.length < choices.length ? { nullable: true } : {};
  const words = selectMembers(node, ['title', 'description']);
  const rendered = real.map((choice) => ({ ...words, ...renderNode(choice, place), ...nullable }));
  const [only, ...others] = rendered;
  if (only === undefined) return { ...ANY_OBJECT, ...words, ...nullable };
  return others.length === 0 ? only : { anyOf: rendered };
}

function renderPlain(node: Json, place: Place): Json {
  const values = selectValues(node);
  const type = selectType(node, values);
  const rendered: Record<string, unknown> = { type, ...selectMembers(node, KEPT) };
  const format = readText(node.format);
  if (format !== null && FORMATS[type]?.includes(format) === true) rendered.format = format;
  // Google takes enumerations of texts alone.
  if (type === 'STRING' && values.length > 0) rendered.enum = values;
  if (type === 'ARRAY') rendered.items = renderNode(node.items, place);
  const properties = Object.entries(readMap(node.properties) ?? {});
  if (type === 'OBJECT' && properties.length > 0) {
    rendered.properties = Object.fromEntries(
      properties.map(([name, property]) => [name, renderNode(property, place)]),
    );
    const names = new Set(properties.map(([name]) => name));
    const required = readList(node.required).filter((name) => names.has(String(name)));
    if (required.length > 0) rendered.required = [...new Set(required)];
  }
  return rendered;
}

/** Empty texts are refused. */
function selectValues(node: Json): readonly unknown[] {
  const values = node.const === undefined ? readList(node.enum) : [node.const];
  return values.filter((value) => typeof value === 'string' && value !== '');
}

function selectType(node: Json, values: readonly unknown[]): string {
  const type = readText(node.type);
  if (type !== null) return type.toUpperCase();
  if (isMap(node.properties)) return 'OBJECT';
  if (node.items !== undefined) return 'ARRAY';
  return values.length > 0 ? 'STRING' : 'OBJECT';
}

function selectMembers(node: Json, names: readonly string[]): Json {
  return Object.fromEntries(
    names.flatMap((name) => (node[name] === undefined ? [] : [[name, node[name]]])),
  );
}

function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
