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
      name: 'SpendStranded',
      group: 'state',
      severity: 'critical',
      expr: `${select(GATEWAY_METRICS.spoolStranded)} > 0`,
      forSeconds: 300,
      summary:
        'LiteLLM instance {{ $labels.instance }} cannot read {{ $value }} files of spending that former processes left',
      description: 'What they hold is in no budget and in no report until the disk gives it back.',
      runbook: 'spend-stranded',
    },
    {
      name: 'SpendLost',
      group: 'state',
      severity: 'critical',
      expr: `${select(GATEWAY_METRICS.spoolLostCalls)} > 0`,
      forSeconds: 60,
      summary:
        'Spending of {{ $value }} calls is gone from the data folder of LiteLLM instance {{ $labels.instance }}',
      description:
        'A former process had counted them and they are in none of its files. On until the process that found out ends.',
      runbook: 'spend-lost',
    },
    {
      name: 'SpoolDamaged',
      group: 'state',
      severity: 'warning',
      expr: `${select(GATEWAY_METRICS.spoolCorruptRecords)} + ${select(GATEWAY_METRICS.spoolTornTails)} > 0`,
      forSeconds: 60,
      summary:
        'LiteLLM instance {{ $labels.instance }} found {{ $value }} damaged records of spending on its disk',
      description:
        'A process or its machine ended in the middle of a write, or the disk gave back other bytes than it was given.',
      runbook: 'spool-damaged',
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
