import type { IConstruct } from 'constructs';
import { SpecError } from '../../lib';
import { Region } from './region';

/** Where a gateway is going to be built. */
export interface GatewayPlace {
  readonly name: string;
  readonly namespace: string;
}

/**
 * Two gateways of one name would be one set of objects with two descriptions: whichever is applied last wins, object by
 * object. Charts of one app are applied together, so it doesn't matter in which of them the other one is. Regions of one
 * deployment are alike on purpose: each goes to a cluster of its own.
 *
 * @throws {SpecError} when the app holds a gateway of that name in that namespace already.
 */
export function refuseTwin(root: IConstruct, { name, namespace }: GatewayPlace): void {
  const twin = root.node
    .findAll()
    .find(
      (each) =>
        each instanceof Region &&
        each.compute.workloadName === name &&
        each.network.networkId === namespace,
    );
  if (twin === undefined) return;
  throw new SpecError(`${name} on k8s`, [
    {
      rule: 'k8s.twin',
      path: 'name',
      allowed: `differ from that of every other gateway of this app in the namespace ${namespace}`,
      got: `${JSON.stringify(name)}, which ${twin.node.path} has`,
      fix: 'choose another name or namespace, or build the gateways of each cluster in an App of their own',
    },
  ]);
}
