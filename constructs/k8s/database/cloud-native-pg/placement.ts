import { type Problem, SpecError } from '../../../../lib';
import { renderPlacement } from '../../foundation/choose-pod';
import type { PodChoices } from '../../foundation/pod-choices';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What is said of the database's pods, in the fields of a Cluster. The operator writes the pods itself.
 *
 * @throws {SpecError} naming what a Cluster has no field for.
 * @see https://cloudnative-pg.io/documentation/current/scheduling/
 */
export function renderOperatorPlacement(choices: PodChoices): Fields {
  const problems = findUntaken(choices);
  if (problems.length > 0) throw new SpecError('pods on k8s', problems);
  const { tolerations, nodeSelector, affinity, ...rest } = renderPlacement(choices);
  const rules: Fields = {
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(tolerations === undefined ? {} : { tolerations }),
    ...(affinity?.nodeAffinity === undefined ? {} : { nodeAffinity: affinity.nodeAffinity }),
    ...(affinity?.podAffinity === undefined ? {} : { additionalPodAffinity: affinity.podAffinity }),
    ...(affinity?.podAntiAffinity === undefined
      ? {}
      : { additionalPodAntiAffinity: affinity.podAntiAffinity }),
  };
  const { labels, annotations } = choices;
  const inherited = [...Object.keys(labels), ...Object.keys(annotations)];
  return {
    ...rest,
    ...(Object.keys(rules).length === 0 ? {} : { affinity: rules }),
    ...(inherited.length === 0 ? {} : { inheritedMetadata: { labels, annotations } }),
  };
}

function findUntaken({ runtimeClassName, volumes, sidecars }: PodChoices): readonly Problem[] {
  const untaken = {
    runtimeClassName: runtimeClassName !== null,
    volumes: volumes.length > 0,
    sidecars: sidecars.length > 0,
  };
  return Object.entries(untaken)
    .filter(([, isGiven]) => isGiven)
    .map(([field]) => ({
      rule: 'k8s.pods.operator',
      path: `pods.database.${field}`,
      allowed: 'be left out with Database.cloudNativePg(), whose operator has no field for it',
      got: 'one',
      fix: 'leave it out, or choose Database.patroni()',
    }));
}
