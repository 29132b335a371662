import type { Construct } from 'constructs';
import { planActiveActive, resolveActiveActive } from '../../../lib';
import { Database } from '../database/database';
import { MultiRegionDeployment } from '../multi-region-deployment';
import type { ActiveActiveProps, K8sRegionProps } from '../multi-region-props';
import { describeInCommon } from '../resolve-handles';
import { resolvePlaces } from '../resolve-places';
import { resolveSize } from '../resolve-size';
import { resolveTraits } from '../resolve-traits';
import { readProps } from '../../../lib/spec/read-props';
import { ACTIVE_ACTIVE_PROPS } from './known-props';

/**
 * Clusters in several regions that all serve: it survives the loss of any one of them. Clients of the others notice
 * nothing, its own are led to the next one. Whether writes wait, and how many are lost, follows from the data mode.
 *
 * Needs what `SingleRegionHA` needs in each cluster, CloudNativePG unless databases are brought, an ExternalDNS that writes
 * to Route 53, and networks in which PostgreSQL of each cluster reaches that of the others.
 *
 * @example
 * new ActiveActive(app, 'litellm', {
 *   config: GatewayConfig.fromFile('config.yaml'),
 *   secrets: { OPENAI_API_KEY: { secretName: 'provider-keys', key: 'openai' } },
 *   domain: { name: 'api.example.com' },
 *   dataMode: 'regional-primaries',
 *   regions: [
 *     { region: 'us-east-1', healthCheckId: 'health-check-of-us-east-1' },
 *     { region: 'eu-west-1', healthCheckId: 'health-check-of-eu-west-1' },
 *   ],
 * });
 */
export class ActiveActive extends MultiRegionDeployment {
  /**
   * Builds a chart for each region and one for the edge.
   *
   * @param scope an App, or anything in it
   * @param id name of the deployment; charts that are made begin with it
   * @param written the description
   */
  constructor(scope: Construct, id: string, written: ActiveActiveProps) {
    const props = resolveSize(
      readProps(written, ACTIVE_ACTIVE_PROPS, 'ActiveActive on k8s'),
      Database.cloudNativePg(),
    );
    const traits = resolveTraits(
      props,
      props.regions.map(({ database }) => database),
    );
    const { dataMode, domain, peakReplicas, steering, witnessRegion, writerRegion } = props;
    const common = {
      ...describeInCommon(props),
      ...{ dataMode, domain, peakReplicas, steering, witnessRegion, writerRegion },
      regions: props.regions,
    };
    const { spec, warnings } = resolveActiveActive(common, traits);
    const topology = planActiveActive(spec, traits);
    const regions = resolvePlaces(
      props,
      topology,
      spec.regions.map((region, index) => ({
        ...region,
        props: props.regions[index] as K8sRegionProps,
      })),
    );
    super(scope, id, { topology, warnings, regions, edgeChart: props.edgeChart ?? null });
  }
}
