import type { PlacedRegionPlan, RegionPlan } from '../../../lib';
import { POOLER } from '../../../lib/spec/defaults';

/** Each replica has a pool of connections for writes and one for reads. */
const POOLS_PER_REPLICA = 2;

/**
 * How many clients one pooler lets in: all replicas that a region may grow to, because they are all there while the other
 * pooler is away. Clients cost it a few KiB each; a client it turns away costs a request.
 */
export function planPoolerClients(plan: RegionPlan | PlacedRegionPlan): number {
  const { maxReplicas } = plan.autoscaling;
  const most = 'takeover' in plan ? Math.max(maxReplicas, plan.takeover.maxReplicas) : maxReplicas;
  const clients = most * POOLS_PER_REPLICA * plan.database.connectionsPerReplica;
  return Math.max(POOLER.maxClientConnections, clients);
}
