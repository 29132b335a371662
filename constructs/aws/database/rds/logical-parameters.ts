import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { ParameterGroup } from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { DatabasePlan } from '../../../../lib';
import { listPeers, type RegionPlace } from '../../foundation/region-place';

/** Half of the disk: the other half is for the rows themselves. */
const KEPT_LOG_SHARE = 0.5;
const MIB_PER_GIB = 1024;

/**
 * PostgreSQL copies two tables of a subscription at a time, each beside the worker that receives what comes after.
 *
 * @see https://www.postgresql.org/docs/16/runtime-config-replication.html#GUC-MAX-SYNC-WORKERS-PER-SUBSCRIPTION
 */
const WORKERS_PER_PEER = 3;
/** RDS' own: replicas that are made anew, its backups, and whoever looks on. */
const SPARE = 5;
/** PostgreSQL's default for all its other workers. */
const OTHER_WORKERS = 8;
/** RDS' defaults from version 16 on, below which nothing is set. */
const LEAST_SENDERS = 35;
const LEAST_SLOTS = 20;

/**
 * What a server needs that exchanges rows with those of other regions.
 *
 * A peer that is lost holds the log back. At half of the disk that is planned its slot is given up, and the peer copies all
 * rows again when it is back: a full disk would stop the writes of this region, too. RDS lets all of these be set; but for the
 * bound they are static, so that an instance which was there before takes them over with its next reboot.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.FeatureSupport.LogicalReplication.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.Mechanisms-versions.html
 */
export function planLogicalParameters(
  { storageGib, readReplicas }: DatabasePlan,
  peerCount: number,
): Readonly<Record<string, string>> {
  const workers = peerCount * WORKERS_PER_PEER;
  // Each worker of a peer holds a connection and a slot here, and where it runs it is counted as an origin among the slots.
  const taken = workers + readReplicas + SPARE;
  return {
    'rds.logical_replication': '1',
    max_replication_slots: String(Math.max(LEAST_SLOTS, taken)),
    max_wal_senders: String(Math.max(LEAST_SENDERS, taken)),
    max_logical_replication_workers: String(workers),
    // What RDS sets by itself, and what comes to it.
    max_worker_processes: `GREATEST({DBInstanceVCPU*2},${OTHER_WORKERS + workers})`,
    // In MiB.
    max_slot_wal_keep_size: String(Math.floor(storageGib * MIB_PER_GIB * KEPT_LOG_SHARE)),
  };
}

/** Lets a server exchange rows with those of other regions: it keeps its log for them, and connects to them by itself. */
export function exchangeRows(
  scope: Construct,
  input: {
    readonly plan: DatabasePlan;
    readonly place: RegionPlace;
    readonly parameterGroup: ParameterGroup;
    readonly connections: ec2.Connections;
  },
): void {
  const { plan, place, parameterGroup, connections } = input;
  const peers = listPeers(place);
  for (const [name, value] of Object.entries(planLogicalParameters(plan, peers.length))) {
    parameterGroup.addParameter(name, value);
  }
  for (const peer of peers) {
    connections.securityGroups.forEach((group, index) => {
      new ec2.CfnSecurityGroupEgress(scope, `To-${peer}-${index + 1}`, {
        groupId: group.securityGroupId,
        cidrIp: place.cidrs[peer],
        ipProtocol: 'tcp',
        fromPort: plan.port,
        toPort: plan.port,
        description: `Rows of the gateway in ${peer}`,
      });
    });
  }
}
