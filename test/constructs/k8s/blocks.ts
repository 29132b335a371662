import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Secrets } from '../../../constructs/k8s';
import { requiredSecretKeys } from '../../../constructs/k8s/secrets/source';
import type { RegionPlan } from '../../../lib';
import type { Manifest } from './manifests';

/** The manifests of a block that is built alone. */
export function synthesizeBlock(build: (chart: Construct) => void): readonly Manifest[] {
  const chart = new Chart(new App(), 'test');
  build(chart);
  return chart.toJson() as Manifest[];
}

/** The secrets a data store needs; what they make is not part of what is looked at. */
export function someSecrets(plan: RegionPlan): Secrets {
  const chart = new Chart(new App(), 'secrets');
  return new Secrets(chart, 'Secrets', {
    plan,
    namespace: 'models',
    given: {},
    source: Secrets.generated(),
    keys: requiredSecretKeys({ database: 'patroni', cache: 'sentinel' }),
    databaseLogin: 'of-this-region',
  });
}
