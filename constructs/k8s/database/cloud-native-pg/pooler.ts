import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { RegionPlan } from '../../../../lib';
import { POOLER_TIMERS } from '../../../../lib/render';
import { POOLER } from '../../../../lib/spec/defaults';
import { choosePod } from '../../foundation/choose-pod';
import { objectLabels } from '../../foundation/labels';
import type { PodsSpec } from '../../foundation/pod-choices';
import { renderSpread, type SpreadChoice } from '../../foundation/spread';
import type { Sizes } from '../../foundation/sizes';
import { planPoolerClients } from '../pooler-clients';

const COMPONENT = 'pooler';
const MAX_PREPARED_STATEMENTS = 200;

/** PgBouncer in front of the primary (`rw`) or the replicas (`ro`), made by the operator, and its disruption budget. */
export function createCloudNativePgPooler(
  scope: Construct,
  id: string,
  input: {
    readonly plan: RegionPlan;
    readonly namespace: string;
    readonly clusterName: string;
    readonly kind: 'rw' | 'ro';
    readonly spread: SpreadChoice;
    readonly pods: Pick<PodsSpec, 'pooler'>;
    readonly sizes: Sizes;
  },
): ApiObject {
  const { plan, namespace, kind } = input;
  const size = input.sizes.pooler;
  const memory = k8s.Quantity.fromString(`${size.memoryMib}Mi`);
  const name = `${plan.name}-pooler${kind === 'rw' ? '' : '-ro'}`;
  const selector = { 'cnpg.io/poolerName': name };
  const metadata = { name, namespace, labels: { ...objectLabels(plan.name, COMPONENT) } };
  new k8s.KubePodDisruptionBudget(scope, `${id}DisruptionBudget`, {
    metadata,
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      selector: { matchLabels: selector },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
  return new ApiObject(scope, id, {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Pooler',
    metadata,
    spec: {
      cluster: { name: input.clusterName },
      instances: POOLER.replicas,
      type: kind,
      deploymentStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: 0, maxSurge: POOLER.surge },
      },
      pgbouncer: {
        poolMode: 'transaction',
        parameters: {
          max_client_conn: String(planPoolerClients(plan)),
          default_pool_size: String(POOLER.poolSize),
          reserve_pool_size: String(POOLER.reserve),
          max_prepared_statements: String(MAX_PREPARED_STATEMENTS),
          ...Object.fromEntries(
            Object.entries(POOLER_TIMERS).map(([parameter, value]) => [parameter, String(value)]),
          ),
        },
      },
      // The object is a custom resource, so nothing turns quantities into text but this.
      template: k8s.toJson_PodTemplateSpec(
        choosePod(
          {
            metadata: { labels: selector },
            spec: {
              // Merged with the operator's own container of that name.
              containers: [
                {
                  name: 'pgbouncer',
                  resources: {
                    requests: { cpu: k8s.Quantity.fromString(`${size.cpuMillicores}m`), memory },
                    limits: { memory },
                  },
                },
              ],
              topologySpreadConstraints: renderSpread(input.spread, selector, [
                'pod-template-hash',
              ]),
            },
          },
          input.pods.pooler,
        ),
      ),
    },
  });
}
