import { GATEWAY_METRICS } from '../gateway-contract';
import type { Alert } from './alert';
import { renderSelector, type AlertScope, type Labels } from './alert-scope';

/** `maximum_lag_on_failover` of the rendered `patroni.yml`: a replica that lags more is not made primary. */
const MAX_LAG_BYTES = 1_048_576;

/** Whether the gateway's memory is there. Requests with known keys go on without it. */
export function planDatabaseAlerts(scope: AlertScope): readonly Alert[] {
  return [
    ...(scope.database === 'configured' ? [planConnectionAlert(scope)] : []),
    ...(scope.patroni === null ? [] : planPatroniAlerts(scope.patroni)),
  ];
}

function planConnectionAlert({ gateway }: AlertScope): Alert {
  const connected = renderSelector(GATEWAY_METRICS.databaseConnected, gateway);
  return {
    name: 'DatabaseConnectionFailed',
    group: 'database',
    severity: 'critical',
    expr: `${connected} == 0 or absent(${connected})`,
    forSeconds: 60,
    summary:
      '{{ with $labels.instance }}Database connection of LiteLLM instance {{ . }} failed' +
      '{{ else }}No LiteLLM instance tells whether it reaches its database{{ end }}',
    description: 'Known keys keep working. New keys, and changes of keys and budgets, do not.',
    runbook: 'database-connection-failed',
  };
}

/** @see https://patroni.readthedocs.io/en/latest/rest_api.html#monitoring-endpoint */
function planPatroniAlerts(labels: Labels): readonly Alert[] {
  const select = (name: string): string => renderSelector(name, labels);
  const primaries = `sum(${select('patroni_primary')})`;
  const replayed = `(${select('patroni_xlog_replayed_location')} and ${select('patroni_replica')} == 1)`;
  return [
    {
      name: 'PostgresWithoutLeader',
      group: 'database',
      severity: 'critical',
      expr: `(${primaries} or vector(0)) == 0`,
      forSeconds: 60,
      summary: 'PostgreSQL has no primary',
      description:
        'Nothing can be written. Patroni elects a primary within 40 s unless it is kept from it.',
      runbook: 'postgres-without-leader',
    },
    {
      name: 'PostgresTwoLeaders',
      group: 'database',
      severity: 'critical',
      expr: `${primaries} > 1`,
      forSeconds: 60,
      summary: '{{ $value }} members of PostgreSQL call themselves primary',
      description: 'Writes that reach the wrong one are lost when it rejoins.',
      runbook: 'postgres-two-leaders',
    },
    {
      name: 'PostgresWithoutStandby',
      group: 'database',
      severity: 'warning',
      expr: `(sum(${select('patroni_sync_standby')}) or vector(0)) == 0`,
      forSeconds: 300,
      summary: 'PostgreSQL has no synchronous standby',
      description:
        'Writes are acknowledged on one disk alone: losing the primary now loses writes.',
      runbook: 'postgres-without-standby',
    },
    {
      name: 'PostgresReplicaLag',
      group: 'database',
      severity: 'warning',
      expr: `scalar(max(${select('patroni_xlog_location')})) - ${replayed} > ${MAX_LAG_BYTES}`,
      forSeconds: 300,
      summary:
        'PostgreSQL replica {{ $labels.pod }}{{ $labels.instance }} lags {{ $value | humanize1024 }}B',
      description: 'It answers reads with old data, and Patroni does not make it primary.',
      runbook: 'postgres-replica-lag',
    },
  ];
}
