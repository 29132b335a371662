import type { Construct } from 'constructs';
import { planSingleRegion, resolveSpec } from '../../../lib';
import { Database } from '../database/database';
import { GatewayDeployment } from '../deployment';
import type { K8sGatewayProps } from '../props';
import { describeInCommon, resolveHandles } from '../resolve-handles';
import { resolveSize } from '../resolve-size';
import { resolveTraits } from '../resolve-traits';
import { readProps } from '../../../lib/spec/read-props';
import { SINGLE_REGION_PROPS } from './known-props';

/** Everything about a gateway in one cluster. */
export type SingleRegionHAProps = K8sGatewayProps;

/**
 * One cluster: it survives the loss of any replica, of a node, of the database's primary and of the cache; with
 * `Spread.zones()` also the loss of a zone. It does not survive the loss of the cluster.
 *
 * Needs Kubernetes 1.28 or newer (1.30 for an image that is brought), three nodes to keep its members apart, a default
 * storage class, the metrics server, and an ingress controller. It runs on fewer nodes, and promises less there.
 *
 * @example
 * new SingleRegionHA(app, 'litellm', {
 *   config: GatewayConfig.fromFile('config.yaml'),
 *   secrets: { OPENAI_API_KEY: { secretName: 'provider-keys', key: 'openai' } },
 *   domain: { name: 'api.example.com' },
 *   spread: Spread.zones(),
 * });
 */
export class SingleRegionHA extends GatewayDeployment {
  /**
   * Builds in `scope`.
   *
   * @param scope a Chart, or an App, which then gets a chart of that id
   * @param id name within the scope
   * @param written the description
   */
  constructor(scope: Construct, id: string, written: SingleRegionHAProps) {
    const props = resolveSize(
      readProps(written, SINGLE_REGION_PROPS, 'SingleRegionHA on k8s'),
      Database.patroni(),
    );
    const traits = resolveTraits(props);
    const { spec, warnings } = resolveSpec(describeInCommon(props), traits);
    const topology = planSingleRegion(spec, traits);
    super(scope, id, { topology, warnings, handles: resolveHandles(props, spec) });
  }
}
