import type { Construct } from 'constructs';
import { K8S_TRAITS, planSingleRegion, resolveSpec } from '../../../lib';
import { GatewayDeployment } from '../deployment';
import type { K8sGatewayProps } from '../props';
import { describeInCommon, resolveHandles } from '../resolve-handles';

/** Everything about a gateway in one cluster. */
export type SingleRegionHAProps = K8sGatewayProps;

/**
 * One cluster over several zones: it survives the loss of any replica, of any zone, of the database's primary and of the
 * cache. It does not survive the loss of the cluster.
 *
 * Needs Kubernetes 1.28 or newer (1.30 for an image that is brought), nodes that carry `topology.kubernetes.io/zone`, a default storage class, the metrics
 * server, and an ingress controller.
 */
export class SingleRegionHA extends GatewayDeployment {
  /**
   * Builds in `scope`.
   *
   * @param scope a Chart, or an App, which then gets a chart of that id
   * @param id name within the scope
   * @param props the description
   */
  constructor(scope: Construct, id: string, props: SingleRegionHAProps) {
    const { spec, warnings } = resolveSpec(describeInCommon(props), K8S_TRAITS);
    const topology = planSingleRegion(spec, K8S_TRAITS);
    super(scope, id, { topology, warnings, handles: resolveHandles(props, spec) });
  }
}
