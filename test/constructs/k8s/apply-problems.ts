import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from './manifests';

type Path = readonly string[];

/** Fields of a StatefulSet that may change; every other one may not. */
const CHANGEABLE_OF_STATEFUL_SET = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

/** Fields that the API server takes once. */
const IMMUTABLE: Readonly<Record<string, readonly Path[]>> = {
  Deployment: [['spec', 'selector']],
  Job: [
    ['spec', 'selector'],
    ['spec', 'template'],
    ['spec', 'completionMode'],
    ['spec', 'podFailurePolicy'],
  ],
  Service: [
    ['spec', 'clusterIP'],
    ['spec', 'ipFamilies'],
  ],
  RoleBinding: [['roleRef']],
};

/**
 * What the API server refuses of `after` where `before` is applied already, by its validation of updates (1.28–1.33):
 * `ValidateStatefulSetUpdate`, `ValidateJobUpdate`, `ValidateDeploymentUpdate`, `ValidateServiceUpdate`,
 * `ValidateConfigMapUpdate`, `ValidatePersistentVolumeClaimUpdate`, `ValidateRoleBindingUpdate`.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/apis/apps/validation/validation.go
 * @see https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/apis/batch/validation/validation.go
 * @see https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/apis/core/validation/validation.go
 */
export function applyProblems(
  before: readonly Manifest[],
  after: readonly Manifest[],
): readonly string[] {
  const old = new Map(before.map((each) => [identify(each), each]));
  return after.flatMap((each) => {
    const known = old.get(identify(each));
    if (known === undefined) return [];
    return refusedFields(known, each).map((field) => `${identify(each)}: ${field}`);
  });
}

function identify({ apiVersion, kind, metadata }: Manifest): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function refusedFields(before: Manifest, after: Manifest): readonly string[] {
  switch (after.kind) {
    case 'StatefulSet':
      return changedKeys(before.spec, after.spec)
        .filter((key) => !CHANGEABLE_OF_STATEFUL_SET.includes(key))
        .map((key) => `spec.${key}`);
    case 'ConfigMap':
    case 'Secret':
      return before.immutable === true
        ? changedKeys(before, after).filter((key) =>
            ['data', 'binaryData', 'immutable'].includes(key),
          )
        : [];
    case 'PersistentVolumeClaim':
      return refusedOfClaim(before.spec, after.spec);
    default:
      return (IMMUTABLE[after.kind] ?? [])
        .filter((path) => !isDeepStrictEqual(read(before, path), read(after, path)))
        .map((path) => path.join('.'));
  }
}

/** A claim may grow, and nothing else. */
function refusedOfClaim(before: Manifest, after: Manifest): readonly string[] {
  const others = changedKeys(before, after).filter((key) => key !== 'resources');
  const sizeOf = (spec: Manifest): number => parseInt(spec.resources.requests.storage, 10);
  return [...others, ...(sizeOf(after) < sizeOf(before) ? ['resources.requests.storage'] : [])].map(
    (key) => `spec.${key}`,
  );
}

function changedKeys(before: Manifest, after: Manifest): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key]));
}

function read(manifest: Manifest, path: Path): Manifest {
  return path.reduce((value: Manifest, key) => value?.[key], manifest);
}
