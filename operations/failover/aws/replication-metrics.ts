import { REPLICATION_METRICS } from '../../../lib/replication-metrics';
import type { ReplicationReport } from '../../replication/keep-replication';

export interface ReplicationMetricsInput {
  readonly gateway: string;
  readonly region: string;
  /** Null: the region's own database did not let it be read. */
  readonly report: ReplicationReport | null;
  readonly nowMs: number;
}

interface Measurement {
  readonly name: string;
  readonly unit: 'Seconds' | 'Bytes' | 'Count';
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/**
 * A report as lines of a log that CloudWatch reads metrics from. What is not known is left out, so that silence can alarm.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function renderReplicationMetrics(input: ReplicationMetricsInput): readonly string[] {
  return listMeasurements(input).map((measurement) => renderLine(measurement, input.nowMs));
}

function listMeasurements({
  gateway,
  region,
  report,
}: ReplicationMetricsInput): readonly Measurement[] {
  const { lag, heldBack, failures } = REPLICATION_METRICS;
  const peers = report?.peers ?? [];
  return [
    {
      name: failures,
      unit: 'Count',
      value: report === null ? 1 : peers.filter(({ state }) => state === 'failed').length,
      dimensions: { Gateway: gateway, Region: region },
    },
    ...peers.flatMap(({ peer, lagSeconds }): readonly Measurement[] =>
      lagSeconds === null
        ? []
        : [
            {
              name: lag,
              unit: 'Seconds',
              value: lagSeconds,
              dimensions: { Gateway: gateway, From: peer, To: region },
            },
          ],
    ),
    ...(report?.heldBack ?? []).map(({ peer, bytes }): Measurement => ({
      name: heldBack,
      unit: 'Bytes',
      value: bytes,
      dimensions: { Gateway: gateway, From: region, To: peer },
    })),
  ];
}

function renderLine({ name, unit, value, dimensions }: Measurement, nowMs: number): string {
  return JSON.stringify({
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: REPLICATION_METRICS.namespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: [{ Name: name, Unit: unit }],
        },
      ],
    },
    ...dimensions,
    [name]: value,
  });
}
