import type { DatabaseOutputs, DatabasePlan, Endpoint } from '../../../lib';
import type { LocalDatabase } from '../foundation/local-plan';
import type { Network } from '../network/network';

/**
 * A PostgreSQL primary and its streaming replicas, with a writer address that follows the primary. Each commit waits for
 * the receipt of one replica, so a killed primary loses no acknowledged row.
 *
 * Costs about 60 MB of disk and 30 MB of memory per member. Survives the death of any one member; with both others gone,
 * writes wait until one is cloned anew. Does not survive the loss of the machine: there is no backup and no encryption,
 * and "another zone" has no meaning here.
 */
export class Database implements DatabaseOutputs {
  readonly resource: LocalDatabase;
  readonly writer: Endpoint;
  readonly reader: Endpoint;

  constructor(props: { readonly plan: DatabasePlan; readonly network: Network }) {
    const { plan, network } = props;
    this.resource = {
      majorVersion: plan.majorVersion,
      databaseName: plan.databaseName,
      userName: plan.userName,
      members: network.databaseMembers(1 + plan.readReplicas),
      writer: network.databaseWriter(),
      reader: network.databaseReader(),
      synchronousStandbyNames: 'ANY 1 (*)',
      settings: planSettings(plan),
    };
    this.writer = this.resource.writer;
    this.reader = this.resource.reader;
  }
}

function planSettings(plan: DatabasePlan): Readonly<Record<string, string>> {
  const senders = plan.readReplicas * 2;
  return {
    max_connections: String(plan.maxConnections),
    // A laptop holds several members; the gateway's tables are small.
    shared_buffers: '32MB',
    // Each replica holds one; while it is cloned anew the old one may linger.
    max_wal_senders: String(senders),
    max_replication_slots: String(senders),
    // A replica that never returns must not fill the disk.
    max_slot_wal_keep_size: '512MB',
    hot_standby: 'on',
    wal_level: 'replica',
    // A replica asks again soon after its primary has moved.
    wal_retrieve_retry_interval: '200ms',
    wal_receiver_timeout: '5s',
    wal_sender_timeout: '5s',
    log_timezone: 'UTC',
    timezone: 'UTC',
  };
}
