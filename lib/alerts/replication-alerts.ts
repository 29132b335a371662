import type { Alert } from './alert';
import { renderSelector, type AlertScope, type ReplicationScope } from './alert-scope';

/** What subscriptions and slots of the gateway are called, as `renderKeepReplication` names them. */
const SUBSCRIPTIONS = 'application_name=~"gateway_from_.*"';
const SLOTS = 'slot_name=~"gateway_to_.*"';

/** Whether another region could take over without losing more than was promised. */
export function planReplicationAlerts({ replication }: AlertScope): readonly Alert[] {
  if (replication === null) return [];
  const { lagAlarmSeconds } = replication;
  const { lag, stopped } = planExpressions(replication);
  return [
    {
      name: 'RegionReplicationLag',
      group: 'replication',
      severity: 'critical',
      expr: `${lag} > ${lagAlarmSeconds}`,
      forSeconds: 60,
      summary: 'Another region is {{ $value | humanizeDuration }} behind',
      description:
        'Losing the region that writes now would lose more than is promised. Calls go on.',
      runbook: 'region-replication-lag',
    },
    {
      name: 'RegionReplicationStopped',
      group: 'replication',
      severity: 'critical',
      expr: stopped,
      forSeconds: 120,
      summary: 'Nothing travels between the databases of regions',
      description:
        'What is written from now on would be lost with its region, and the sender keeps its log on its disk.',
      runbook: 'region-replication-stopped',
    },
  ];
}

/**
 * A replica that has lost its sender seems not to lag at all, so who does not receive is an alert of its own.
 *
 * @see https://cloudnative-pg.io/documentation/current/monitoring/#default-set-of-metrics
 */
function planExpressions({ kind, labels }: ReplicationScope): {
  readonly lag: string;
  readonly stopped: string;
} {
  const select = (name: string, ...matchers: string[]): string =>
    renderSelector(name, labels, ...matchers);
  switch (kind) {
    case 'physical': {
      const receiving = select('cnpg_pg_replication_is_wal_receiver_up');
      return {
        lag: `max(${select('cnpg_pg_replication_lag')})`,
        stopped:
          `(sum(${receiving}) or vector(0)) < ` +
          `(sum(${select('cnpg_pg_replication_in_recovery')}) or vector(1))`,
      };
    }
    case 'logical':
      return {
        lag: `max(${select('cnpg_pg_stat_replication_replay_lag_seconds', SUBSCRIPTIONS)})`,
        stopped: `(min(${select('cnpg_pg_replication_slots_active', SLOTS)}) or vector(0)) == 0`,
      };
  }
}
