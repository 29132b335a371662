import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Secrets } from '../../../constructs/k8s';
import { requiredSecretKeys } from '../../../constructs/k8s/secrets/source';
import { resolvePods } from '../../../constructs/k8s/foundation/pod-choices';
import { SIZES } from '../../../constructs/k8s/foundation/sizes';
import type { RegionPlan } from '../../../lib';
import type { Manifest } from './manifests';

/** The manifests of a block that is built alone. */
export function synthesizeBlock(build: (chart: Construct) => void): readonly Manifest[] {
  const chart = new Chart(new App(), 'test');
  build(chart);
  return chart.toJson() as Manifest[];
}

/** What pods of data stores are told where nobody said anything. */
export const SOME_PODS = { pods: resolvePods(), pod: resolvePods().cache, sizes: SIZES.standard };

/** The secrets a data store needs; what they make is not part of what is looked at. */
export function someSecrets(plan: RegionPlan): Secrets {
  const chart = new Chart(new App(), 'secrets');
  return new Secrets(chart, 'Secrets', {
    plan,
    namespace: 'models',
    given: {},
    pod: resolvePods().jobs,
    source: Secrets.generated(),
    keys: requiredSecretKeys({ database: 'patroni', cache: 'sentinel' }),
    databaseLogin: 'of-this-region',
  });
}
