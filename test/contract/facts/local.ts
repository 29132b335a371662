import { SingleRegionHA, renderLocalPlan, type LocalPlan } from '../../../constructs/local';
import { GATEWAY_ENVIRONMENT, type GatewayProps } from '../../../lib';
import type { Facts } from './facts';

const ONE_MACHINE = { notOffered: 'one machine has no zones' };
const NO_SCALER = { notOffered: 'the number of processes is fixed' };
const OWN_DISK = { notOffered: 'the disk of the machine, as it is' };
const NO_BACKUP = { notOffered: 'the data folder is not backed up' };
const NO_CACHE = { notOffered: 'no cache runs on one machine' };

/** Builds the pattern as a user would, and reads back what came out. */
export function synthesizeLocal(props: GatewayProps): Facts {
  return readLocalFacts(renderLocalPlan(new SingleRegionHA(props).plan));
}

/** Reads the facts back from the text of a local plan. */
export function readLocalFacts(planJson: string): Facts {
  const plan = JSON.parse(planJson) as LocalPlan;
  const { loadBalancer, compute, database } = plan;
  return {
    zones: ONE_MACHINE,
    port: loadBalancer.port,
    probePath: loadBalancer.probe.path,
    probeIntervalSeconds: loadBalancer.probe.intervalSeconds,
    probeTimeoutSeconds: loadBalancer.probe.timeoutSeconds,
    healthyThreshold: loadBalancer.probe.healthyThreshold,
    unhealthyThreshold: loadBalancer.probe.unhealthyThreshold,
    idleSeconds: loadBalancer.idleSeconds,
    drainSeconds: Number(compute.environment[GATEWAY_ENVIRONMENT.drainSeconds]),
    graceSeconds: compute.graceSeconds,
    httpRedirected: { notOffered: 'loopback is served without TLS' },
    minReplicas: loadBalancer.targets.length,
    maxReplicas: NO_SCALER,
    cpuPercent: NO_SCALER,
    scaleDownWindowSeconds: NO_SCALER,
    scaleDownReplicas: NO_SCALER,
    databaseMajorVersion: database.majorVersion,
    databaseStandbyInOtherZone: ONE_MACHINE,
    databaseReadReplicas: database.members.length - 1,
    databaseEncrypted: OWN_DISK,
    databaseDeletionProtection: OWN_DISK,
    databaseStorageGib: OWN_DISK,
    databaseMaxConnections: Number(database.settings.max_connections),
    backupRetentionDays: NO_BACKUP,
    backupWindowStart: NO_BACKUP,
    cacheReplicas: NO_CACHE,
    cacheAutomaticFailover: NO_CACHE,
  };
}
