import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { PACKAGED_RUNBOOKS } from '../../../lib';
import { REPLICATION_METRICS } from '../../../lib/replication-metrics';
import { type AlarmPlan, createAlarm } from '../foundation/alarm';
import { listPeers, type RegionPlace } from '../foundation/region-place';
import type { FailoverExecutor } from './executor';
import type { FailoverAlarms } from './failover-region';

export interface ReplicationKeeperProps {
  /** Name of the gateway. */
  readonly name: string;
  readonly place: RegionPlace;
  readonly executor: FailoverExecutor;
  readonly monitoring: FailoverAlarms;
}

/** As often as the job on Kubernetes. */
const PERIOD = Duration.minutes(5);
const PERIODS = 3;

/**
 * Keeps rows coming from every other region: every five minutes the executor of this one looks whether they do, begins where
 * they do not yet, and copies again where a slot was lost. Each run says how far behind the region is, and how much of its log
 * it keeps for others.
 *
 * Costs: some seconds of a function every five minutes, two metrics for each other region and one more, and an alarm for each
 * other region and one more.
 * Survives: the loss of any other region, for as long as half of the disk holds what it misses; after that all rows are copied
 * again. Being run twice.
 * Does not survive: the loss of its own region; then the others go on among themselves.
 */
export class ReplicationKeeper extends Construct {
  readonly resource: events.Rule;

  constructor(scope: Construct, id: string, props: ReplicationKeeperProps) {
    super(scope, id);
    const { executor } = props;
    // Whoever fails is run again in five minutes anyway.
    executor.resource.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: PERIOD });
    this.resource = new events.Rule(this, 'Resource', {
      description: 'Keeps rows coming from the databases of the other regions',
      schedule: events.Schedule.rate(PERIOD),
      targets: [
        new LambdaFunction(executor.resource, {
          event: events.RuleTargetInput.fromObject({ kind: 'keep-replication' }),
          retryAttempts: 0,
        }),
      ],
    });
    this.watch(props);
  }

  private watch({ name, place, monitoring }: ReplicationKeeperProps): void {
    for (const plan of planKeeperAlarms(name, place)) {
      createAlarm(this, plan, PACKAGED_RUNBOOKS).addAlarmAction(
        new SnsAction(monitoring.alarmTopic),
      );
    }
  }
}

/** Three periods in a row, so that one run which came late is none. */
function planKeeperAlarms(name: string, place: RegionPlace): readonly AlarmPlan[] {
  const { failures } = REPLICATION_METRICS;
  const { lagAlarmSeconds } = place.replication;
  return [
    {
      name: 'ReplicationKeeper',
      severity: 'warning',
      metric: metricOf(failures, { Gateway: name, Region: place.region }),
      breach: 'above',
      threshold: 0,
      periods: PERIODS,
      // One that does not run says nothing.
      silence: 'breach',
      summary: 'Nobody could see to it that rows of all other regions arrive here.',
      runbook: 'replication-keeper',
    },
    ...(lagAlarmSeconds === null
      ? []
      : listPeers(place).map((peer): AlarmPlan => ({
          name: `ReplicationLag-${peer}`,
          severity: 'critical',
          metric: replicationLag({ gateway: name, from: peer, to: place.region }),
          breach: 'above',
          threshold: lagAlarmSeconds,
          periods: PERIODS,
          // Where it is not known, rows may never have arrived.
          silence: 'breach',
          summary: `What ${peer} wrote has not arrived here for more than ${lagAlarmSeconds} s.`,
          runbook: 'replication-lag',
        }))),
  ];
}

/** For how long at most rows of one region have not arrived in another, where it is told. */
export function replicationLag(link: {
  readonly gateway: string;
  readonly from: string;
  readonly to: string;
}): Metric {
  return metricOf(REPLICATION_METRICS.lag, {
    Gateway: link.gateway,
    From: link.from,
    To: link.to,
  });
}

function metricOf(metricName: string, dimensionsMap: Record<string, string>): Metric {
  return new Metric({
    namespace: REPLICATION_METRICS.namespace,
    metricName,
    dimensionsMap,
    statistic: 'Maximum',
    period: PERIOD,
  });
}
