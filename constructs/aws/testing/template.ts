/** A CloudFormation template, as synthesized. */
export interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, CloudFormationResource>>;
}

interface CloudFormationResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A Kubernetes object, or the properties of a resource, of which only the asked-for parts are known. */
export type Manifest = Readonly<Record<string, unknown>>;

/** The objects sent to the cluster. What is known at deploy time only reads `<…>`. */
export function readManifests(template: CloudFormationTemplate): readonly Manifest[] {
  return resourcesOf(template, 'Custom::AWSCDK-EKS-KubernetesResource').flatMap(
    (properties) => JSON.parse(renderText(properties['Manifest'])) as Manifest[],
  );
}

export function resourcesOf(template: CloudFormationTemplate, type: string): readonly Manifest[] {
  return Object.values(template.Resources)
    .filter((resource) => resource.Type === type)
    .map((resource) => resource.Properties ?? {});
}

export function attribute(attributes: unknown, key: string): unknown {
  const list = attributes as { readonly Key: string; readonly Value: unknown }[];
  return list.find(({ Key }) => Key === key)?.Value;
}

export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key],
    value,
  );
}

export function only<T>(list: readonly T[]): T {
  const [first, ...rest] = list;
  if (first === undefined || rest.length > 0) throw new Error(`expected one, got ${list.length}`);
  return first;
}

/** Not a number when absent, so that a comparison fails. */
export function number(value: unknown): number {
  return Number(value ?? Number.NaN);
}

/** The text of a value that may be put together at deploy time. */
function renderText(value: unknown): string {
  if (typeof value === 'string') return value;
  const parts = at(value, 'Fn::Join', 1);
  if (!Array.isArray(parts)) throw new Error(`neither text nor a join: ${JSON.stringify(value)}`);
  return parts
    .map((part) =>
      typeof part === 'string' ? part : `<${JSON.stringify(part).replace(/[{}"[\]\\]/g, '')}>`,
    )
    .join('');
}
