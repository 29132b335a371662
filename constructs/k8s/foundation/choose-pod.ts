import type { k8s } from 'cdk8s-plus-28';
import { type Problem, SpecError } from '../../../lib';
import type { ExtraVolume, PodChoices } from './pod-choices';
import { RESTRICTED_CONTAINER } from './pod-security';

/**
 * Merges the owner's settings into a pod. What the pod needs itself cannot be overridden: a collision is refused.
 *
 * @throws {SpecError} naming every label, annotation, volume and container that the pod has already.
 */
export function choosePod(template: k8s.PodTemplateSpec, choices: PodChoices): k8s.PodTemplateSpec {
  const { metadata, spec } = template;
  if (spec === undefined) return template;
  const problems = findCollisions(template, choices);
  if (problems.length > 0) throw new SpecError('pods on k8s', problems);
  const { volumes, sidecars } = choices;
  const mount = (container: k8s.Container): k8s.Container =>
    volumes.length === 0
      ? container
      : {
          ...container,
          volumeMounts: [...(container.volumeMounts ?? []), ...volumes.map(mountVolume)],
        };
  const annotations = { ...choices.annotations, ...metadata?.annotations };
  return {
    metadata: {
      ...metadata,
      labels: { ...choices.labels, ...metadata?.labels },
      ...(isEmpty(annotations) ? {} : { annotations }),
    },
    spec: {
      ...spec,
      ...renderPlacement(choices),
      ...(choices.runtimeClassName === null ? {} : { runtimeClassName: choices.runtimeClassName }),
      ...(spec.initContainers === undefined
        ? {}
        : { initContainers: spec.initContainers.map(mount) }),
      containers: [...spec.containers.map(mount), ...sidecars.map(restrict)],
      ...(volumes.length === 0
        ? {}
        : { volumes: [...(spec.volumes ?? []), ...volumes.map(({ volume }) => volume)] }),
    },
  };
}

/** The fields that a pod and CloudNativePG's Cluster have in common. */
export function renderPlacement(
  choices: PodChoices,
): Pick<
  k8s.PodSpec,
  'tolerations' | 'nodeSelector' | 'affinity' | 'priorityClassName' | 'imagePullSecrets'
> {
  const { tolerations, nodeSelector, affinity, priorityClassName, imagePullSecrets } = choices;
  return {
    ...(tolerations.length === 0 ? {} : { tolerations: [...tolerations] }),
    ...(isEmpty(nodeSelector) ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(affinity === null ? {} : { affinity }),
    ...(priorityClassName === null ? {} : { priorityClassName }),
    ...(imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
  };
}

function mountVolume({ volume, mountPath, readOnly }: ExtraVolume): k8s.VolumeMount {
  return { name: volume.name, mountPath, readOnly: readOnly ?? true };
}

function restrict(sidecar: k8s.Container): k8s.Container {
  return { securityContext: RESTRICTED_CONTAINER, ...sidecar };
}

function isEmpty(record: Readonly<Record<string, string>>): boolean {
  return Object.keys(record).length === 0;
}

function findCollisions(template: k8s.PodTemplateSpec, choices: PodChoices): readonly Problem[] {
  const { metadata, spec } = template;
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const mounts = containers.flatMap(({ volumeMounts }) => volumeMounts ?? []);
  const collide = (
    field: string,
    chosen: readonly string[],
    taken: readonly string[],
  ): readonly Problem[] =>
    chosen
      .filter((each, index) => taken.includes(each) || chosen.indexOf(each) !== index)
      .map((each) => ({
        rule: 'k8s.pods.taken',
        path: `pods.${choices.part}.${field}`,
        allowed: 'leave alone what the pod has already',
        got: JSON.stringify(each),
        fix: 'choose another one',
      }));
  return [
    ...collide('labels', Object.keys(choices.labels), Object.keys(metadata?.labels ?? {})),
    ...collide(
      'annotations',
      Object.keys(choices.annotations),
      Object.keys(metadata?.annotations ?? {}),
    ),
    ...collide(
      'volumes',
      choices.volumes.map(({ volume }) => volume.name),
      (spec?.volumes ?? []).map(({ name }) => name),
    ),
    ...collide(
      'volumes',
      choices.volumes.map(({ mountPath }) => mountPath),
      mounts.map(({ mountPath }) => mountPath),
    ),
    ...collide(
      'sidecars',
      choices.sidecars.map(({ name }) => name),
      containers.map(({ name }) => name),
    ),
  ];
}
