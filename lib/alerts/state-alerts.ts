import { GATEWAY_METRICS } from '../gateway-contract';
import type { Alert } from './alert';
import { renderSelector, type AlertScope } from './alert-scope';

/** Whether keys, spending and shared counts are where they belong. Requests are served all the same. */
export function planStateAlerts({ gateway }: AlertScope): readonly Alert[] {
  const select = (name: string): string => renderSelector(name, gateway);
  return [
    {
      name: 'SpendNotDelivered',
      group: 'state',
      severity: 'warning',
      expr: `${select(GATEWAY_METRICS.spoolOldestAge)} > 600`,
      forSeconds: 300,
      summary:
        'Spending of LiteLLM instance {{ $labels.instance }} waits since {{ $value | humanizeDuration }}',
      description:
        'It is kept in the spool and is not in the database: budgets of other replicas do not count it yet.',
      runbook: 'spend-not-delivered',
    },
    {
      name: 'SpendKeptInMemory',
      group: 'state',
      severity: 'critical',
      expr: `${select(GATEWAY_METRICS.spoolDurable)} == 0`,
      forSeconds: 300,
      summary: 'LiteLLM instance {{ $labels.instance }} keeps spending in memory alone',
      description: 'Its data folder cannot be written: what is not delivered yet ends with it.',
      runbook: 'spend-kept-in-memory',
    },
    {
      name: 'LedgerDiffers',
      group: 'state',
      severity: 'critical',
      expr: `abs(${select(GATEWAY_METRICS.ledgerDifference)}) > 0`,
      forSeconds: 300,
      summary:
        'The ledger of LiteLLM instance {{ $labels.instance }} is off by {{ $value }} millionths of a dollar',
      description: 'The database holds another sum than was sent to it: rows were lost or changed.',
      runbook: 'ledger-differs',
    },
    {
      name: 'KeySnapshotStale',
      group: 'state',
      severity: 'warning',
      expr: `${select(GATEWAY_METRICS.directoryAge)} > 60`,
      forSeconds: 300,
      summary:
        'LiteLLM instance {{ $labels.instance }} has not heard of keys for {{ $value | humanizeDuration }}',
      description: 'It serves the keys it knows. New keys are refused, revoked ones still work.',
      runbook: 'key-snapshot-stale',
    },
    {
      name: 'RedisUnreachable',
      group: 'state',
      severity: 'warning',
      expr: `${select(GATEWAY_METRICS.redisConnected)} == 0`,
      forSeconds: 120,
      summary: 'LiteLLM instance {{ $labels.instance }} does not reach Redis',
      description:
        'Each replica enforces its share of the limits, and rests deployments by what it sees itself.',
      runbook: 'redis-unreachable',
    },
  ];
}
