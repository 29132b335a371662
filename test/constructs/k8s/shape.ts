import type { Manifest } from './manifests';

/** What a field may hold: a kind of value, a list of what each element is, or the fields of an object. */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | readonly [Shape]
  | { readonly kind: 'map'; readonly of: Shape }
  | {
      readonly kind: 'object';
      readonly fields: Readonly<Record<string, Shape>>;
      readonly required: readonly string[];
    };

/** Fields that must be there are marked by their name's end: `name!`. */
export function object(fields: Readonly<Record<string, Shape>>): Shape {
  const names = Object.keys(fields);
  return {
    kind: 'object',
    fields: Object.fromEntries(names.map((name) => [bare(name), fields[name] as Shape])),
    required: names.filter((name) => name.endsWith('!')).map(bare),
  };
}

export function map(of: Shape): Shape {
  return { kind: 'map', of };
}

/** Where a custom resource is not what its shape says: wrong kinds of values, missing and unknown fields. */
export function shapeProblems(value: Manifest, shape: Shape, path = ''): readonly string[] {
  if (typeof shape === 'string') {
    return typeof value === shape ? [] : [`${path}: ${typeof value} instead of ${shape}`];
  }
  if (isList(shape)) {
    if (!Array.isArray(value)) return [`${path}: no list`];
    return value.flatMap((each, index) => shapeProblems(each, shape[0], `${path}[${index}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${path}: no object`];
  }
  const entries = Object.entries(value);
  if (shape.kind === 'map') {
    return entries.flatMap(([name, each]) => shapeProblems(each, shape.of, `${path}.${name}`));
  }
  return [
    ...shape.required.filter((name) => !(name in value)).map((name) => `${path}.${name}: missing`),
    ...entries.flatMap(([name, each]) => {
      const field = shape.fields[name];
      return field === undefined
        ? [`${path}.${name}: unknown`]
        : shapeProblems(each, field, `${path}.${name}`);
    }),
  ];
}

/** A namespaced custom resource with a spec. */
export function customResource(spec: Shape): Shape {
  return object({
    'apiVersion!': 'string',
    'kind!': 'string',
    'metadata!': object({
      'name!': 'string',
      'namespace!': 'string',
      labels: map('string'),
      annotations: map('string'),
    }),
    'spec!': spec,
  });
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function bare(name: string): string {
  return name.replace(/!$/, '');
}
