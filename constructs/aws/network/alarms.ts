import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ALARM_PERIOD, type AlarmPlan, worstOf } from '../foundation/alarm';
import type { Network } from './network';

/** Whether replicas get out to providers. A network that is brought is watched by whoever brought it. */
export function planNetworkAlarms({ natGatewayIds }: Network): readonly AlarmPlan[] {
  if (natGatewayIds.length === 0) return [];
  const refused = natGatewayIds.map(
    (id) =>
      new cloudwatch.Metric({
        namespace: 'AWS/NATGateway',
        metricName: 'ErrorPortAllocation',
        dimensionsMap: { NatGatewayId: id },
        statistic: 'Sum',
        period: ALARM_PERIOD,
      }),
  );
  return [
    {
      name: 'NatPortsExhausted',
      severity: 'critical',
      metric: worstOf(refused, 'Connections that a NAT gateway had no port for'),
      breach: 'above',
      threshold: 0,
      periods: 2,
      silence: 'fine',
      summary: 'A NAT gateway has no port left for a provider, and calls to it fail.',
      runbook: 'nat-ports',
    },
  ];
}
