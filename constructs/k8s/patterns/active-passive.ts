import type { Construct } from 'constructs';
import { planActivePassive, resolveActivePassive } from '../../../lib';
import { Database } from '../database/database';
import { MultiRegionDeployment } from '../multi-region-deployment';
import type { ActivePassiveProps } from '../multi-region-props';
import { describeInCommon } from '../resolve-handles';
import { resolvePlaces } from '../resolve-places';
import { resolveSize } from '../resolve-size';
import { resolveTraits } from '../resolve-traits';
import { readProps } from '../../../lib/spec/read-props';
import { ACTIVE_PASSIVE_PROPS } from './known-props';

/**
 * A cluster that serves and one that waits, in another region: it survives the loss of the serving cluster. The standby
 * answers calls with known keys as soon as clients are led there, and takes writes once its database is promoted.
 *
 * Needs what `SingleRegionHA` needs in each cluster, CloudNativePG unless databases are brought, an ExternalDNS that writes
 * to Route 53, and networks in which PostgreSQL of one cluster reaches that of the other.
 *
 * @example
 * new ActivePassive(app, 'litellm', {
 *   config: GatewayConfig.fromFile('config.yaml'),
 *   secrets: { OPENAI_API_KEY: { secretName: 'provider-keys', key: 'openai' } },
 *   domain: { name: 'api.example.com' },
 *   primary: { region: 'us-east-1', healthCheckId: 'health-check-of-us-east-1' },
 *   standby: { region: 'us-west-2', healthCheckId: 'health-check-of-us-west-2' },
 * });
 */
export class ActivePassive extends MultiRegionDeployment {
  /**
   * Builds a chart for each region and one for the edge.
   *
   * @param scope an App, or anything in it
   * @param id name of the deployment; charts that are made begin with it
   * @param written the description
   */
  constructor(scope: Construct, id: string, written: ActivePassiveProps) {
    const props = resolveSize(
      readProps(written, ACTIVE_PASSIVE_PROPS, 'ActivePassive on k8s'),
      Database.cloudNativePg(),
    );
    const traits = resolveTraits(props, [props.primary.database, props.standby.database]);
    const { dataMode, domain, primary, standby, steering } = props;
    const common = { ...describeInCommon(props), dataMode, domain, primary, standby, steering };
    const { spec, warnings } = resolveActivePassive(common, traits);
    const topology = planActivePassive(spec, traits);
    const regions = resolvePlaces(props, topology, [
      { ...spec.primary, props: primary },
      { ...spec.standby, props: standby },
    ]);
    super(scope, id, { topology, warnings, regions, edgeChart: props.edgeChart ?? null });
  }
}
