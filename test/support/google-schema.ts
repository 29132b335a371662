import { readFileSync } from 'node:fs';

/**
 * The schema of Google's Terraform provider, as far as it can be had offline: the description that jsii keeps of the
 * generated bindings. It knows names, kinds and which keys are required at any depth, but no counts and no ranges.
 */
export interface GoogleSchema {
  /** Every key that does not fit, such as `google_redis_instance.Cache.tier: is no key of …`. */
  readonly check: (cdkTf: TerraformResources) => readonly string[];
}

export interface TerraformResources {
  readonly resource: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What `.jsii` says of a type; only what is read here. */
interface JsiiType {
  readonly docs?: { readonly summary?: string };
  readonly initializer?: { readonly parameters?: readonly { readonly type: JsiiReference }[] };
  readonly properties?: readonly JsiiProperty[];
}

interface JsiiProperty {
  readonly name: string;
  readonly optional?: boolean;
  readonly type: JsiiReference;
  readonly docs?: { readonly remarks?: string; readonly summary?: string };
}

interface JsiiReference {
  readonly fqn?: string;
  readonly primitive?: string;
  readonly collection?: { readonly kind: 'array' | 'map'; readonly elementtype: JsiiReference };
  readonly union?: { readonly types: readonly JsiiReference[] };
}

/** Keys that Terraform itself understands in every resource. */
const META_ARGUMENTS = [
  'connection',
  'count',
  'depends_on',
  'for_each',
  'lifecycle',
  'provider',
  'provisioner',
];

/** Reads the 98 MB once; half a gigabyte is in use meanwhile. */
export function loadGoogleSchema(): GoogleSchema {
  const file = require.resolve('@cdktf/provider-google/.jsii');
  const { types } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly types: Readonly<Record<string, JsiiType>>;
  };
  const configs = readConfigs(types);
  return {
    check: (cdkTf) =>
      Object.entries(cdkTf.resource)
        .filter(([type]) => type.startsWith('google_'))
        .flatMap(([type, resources]) =>
          Object.entries(resources).flatMap(([id, resource]) => {
            const config = configs.get(type);
            const path = `${type}.${id}`;
            if (config === undefined) return [`${path}: is no resource of the provider`];
            return checkBlock(types, config, { path, value: resource });
          }),
        ),
  };
}

/** Terraform's name of each resource, and the type of its configuration. */
function readConfigs(types: Readonly<Record<string, JsiiType>>): ReadonlyMap<string, string> {
  const configs = new Map<string, string>();
  for (const type of Object.values(types)) {
    const name = /^Represents a \{@link \S*\/resources\/\S+ (google_\w+)\}/.exec(
      type.docs?.summary ?? '',
    )?.[1];
    const config = type.initializer?.parameters?.[2]?.type.fqn;
    if (name !== undefined && config !== undefined) configs.set(name, config);
  }
  return configs;
}

interface Found {
  readonly path: string;
  readonly value: unknown;
}

function checkBlock(
  types: Readonly<Record<string, JsiiType>>,
  fqn: string,
  found: Found,
): readonly string[] {
  if (isLateBound(found.value)) return [];
  if (typeof found.value !== 'object' || found.value === null || Array.isArray(found.value)) {
    return [`${found.path}: must be a block`];
  }
  const block = found.value as Readonly<Record<string, unknown>>;
  const properties = new Map(
    (types[fqn]?.properties ?? []).map((property) => [terraformName(property), property]),
  );
  const missing = [...properties]
    .filter(([key, property]) => property.optional !== true && !(key in block))
    .map(([key]) => `${found.path}.${key}: is required`);
  const wrong = Object.entries(block).flatMap(([key, value]) => {
    const property = properties.get(key);
    const path = `${found.path}.${key}`;
    if (property !== undefined) return checkValue(types, property.type, { path, value });
    return META_ARGUMENTS.includes(key) ? [] : [`${path}: is no key of ${fqn.split('.').at(-1)}`];
  });
  return [...missing, ...wrong];
}

function checkValue(
  types: Readonly<Record<string, JsiiType>>,
  reference: JsiiReference,
  found: Found,
): readonly string[] {
  const { path, value } = found;
  if (isLateBound(value)) return [];
  if (reference.union !== undefined) {
    // The other half of each union is "or something late-bound".
    const [own] = reference.union.types.filter((type) => type.fqn !== 'cdktf.IResolvable');
    return own === undefined ? [] : checkValue(types, own, found);
  }
  if (reference.collection !== undefined) {
    const { kind, elementtype } = reference.collection;
    const isList = Array.isArray(value);
    if (isList !== (kind === 'array')) return [`${path}: must be a ${kind}`];
    const elements = Object.entries(value as Readonly<Record<string, unknown>>);
    return elements.flatMap(([key, element]) =>
      checkValue(types, elementtype, { path: `${path}.${key}`, value: element }),
    );
  }
  if (reference.fqn !== undefined) return checkBlock(types, reference.fqn, found);
  const { primitive = 'any' } = reference;
  return primitive === 'any' || typeof value === primitive
    ? []
    : [`${path}: must be a ${primitive}`];
}

function isLateBound(value: unknown): boolean {
  return typeof value === 'string' && value.includes('${');
}

/** The link to the provider's documentation ends in Terraform's name; where there is no link, it follows from the other. */
function terraformName(property: JsiiProperty): string {
  const documentation = `${property.docs?.summary ?? ''} ${property.docs?.remarks ?? ''}`;
  const linked = /\{@link \S+ \w+#(\w+)\}/.exec(documentation)?.[1];
  return linked ?? property.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
