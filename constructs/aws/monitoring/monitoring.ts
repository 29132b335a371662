import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnEventSubscription } from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type MonitoringOutputs, PACKAGED_RUNBOOKS, type RegionPlan } from '../../../lib';
import { planCacheAlarms } from '../cache/alarms';
import type { Cache } from '../cache/cache';
import { planReplicaAlarms } from '../compute/alarms';
import type { ComputeInUse } from '../compute/create-compute';
import { RolloutEvents } from '../compute/fargate/rollout-events';
import { planDatabaseAlarms, planSourceLagAlarm } from '../database/alarms';
import type { Database } from '../database/database';
import { planDistributedDatabaseAlarms } from '../database/distributed/alarms';
import { DEFAULT_CANARY_MINUTES } from '../defaults';
import { type AlarmPlan, createAlarm } from '../foundation/alarm';
import { planLoadBalancerAlarms } from '../load-balancer/alarms';
import { createBurnRateAlarms } from '../load-balancer/burn-rate-alarms';
import type { LoadBalancer } from '../load-balancer/load-balancer';
import { planNetworkAlarms } from '../network/alarms';
import type { Network } from '../network/network';
import { AlarmTopic } from './alarm-topic';
import { Canary, type CanaryProps } from './canary';
import { createDashboard } from './dashboard';

/** Alarms, a dashboard and a canary of CloudWatch. */
export interface CloudWatchOptions {
  /**
   * Where alarms, failovers of the database and rollouts that failed are sent. Bring the topic of your pager; CloudWatch
   * and RDS must be allowed to publish to it, and to use its key where it has one.
   *
   * @default - an encrypted topic is created, to which nobody is subscribed yet
   */
  readonly alarmTopic?: ITopic;

  /**
   * Folder in which pages find their runbooks, without a slash at its end. Set it to where you publish `docs/runbooks`.
   *
   * @default - the runbooks of the installed package, `node_modules/litellm-ha/docs/runbooks`
   */
  readonly runbookBaseUrl?: string;

  /**
   * A real chat completion by the public name every few minutes.
   *
   * @default - none: it would spend tokens
   */
  readonly canary?: CanaryProps;
}

export interface CloudWatchChoice extends CloudWatchOptions {
  readonly kind: 'cloudwatch';
}

export interface MonitoringBlockProps {
  readonly plan: RegionPlan;
  readonly url: string;
  readonly masterKey: ISecret;
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly compute: ComputeInUse;
  readonly database: Database;
  readonly cache: Cache;
  readonly target: CloudWatchChoice;
  /** Null: the database follows none of another region, or cannot lag. */
  readonly lagAlarmSeconds: number | null;
}

/**
 * What tells a human: alarms with their runbooks, a dashboard, and a canary where one is asked for.
 *
 * Costs: some thirty alarms, a dashboard, and the topic's key.
 * Survives: the loss of a zone. Does not survive: the loss of the region; have its health watched from another one.
 */
export class Monitoring extends Construct implements MonitoringOutputs {
  /** CloudWatch, which is there anyway. */
  static cloudWatch(options: CloudWatchOptions = {}): CloudWatchChoice {
    return { kind: 'cloudwatch', ...options };
  }

  readonly alarmTopic: ITopic;
  readonly dashboard: cloudwatch.Dashboard;
  /** Null: none was asked for. */
  readonly canary: Canary | null;
  readonly alertNames: readonly string[];
  /** Every alarm that calls somebody. */
  readonly alarms: readonly cloudwatch.AlarmBase[];
  /** Of those, the ones that say that users are failed: what stops a rollout or an experiment. */
  readonly stopAlarms: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: MonitoringBlockProps) {
    super(scope, id);
    const runbookBaseUrl = props.target.runbookBaseUrl ?? PACKAGED_RUNBOOKS;
    this.alarmTopic = props.target.alarmTopic ?? new AlarmTopic(this, 'Topic').resource;
    this.subscribeToDatabase(props.database);
    if (props.compute.kind === 'fargate') {
      new RolloutEvents(this, 'Rollouts', {
        service: props.compute,
        topic: this.alarmTopic,
        runbookBaseUrl,
      });
    }
    this.canary = this.createCanary(props);
    const plans = this.planAlarms(props);
    const alarms = plans.map((plan) => createAlarm(this, plan, runbookBaseUrl));
    this.stopAlarms = alarms.filter((_, index) => stopsRollouts(plans[index]));
    this.alarms = [
      ...alarms,
      ...createBurnRateAlarms(this, {
        loadBalancer: props.loadBalancer,
        objectives: props.plan.monitoring,
        runbookBaseUrl,
      }),
    ];
    for (const alarm of this.alarms) alarm.addAlarmAction(new SnsAction(this.alarmTopic));
    this.alertNames = this.alarms.map((alarm) => alarm.node.id);
    this.dashboard = createDashboard(this, {
      loadBalancer: props.loadBalancer,
      alarms: this.alarms,
      plans,
    });
  }

  /** A failover that goes well shows in no metric, and yet somebody should know of it. */
  private subscribeToDatabase({ watched: { events } }: Database): void {
    if (events === null) return;
    const subscription = new CfnEventSubscription(this, 'DatabaseEvents', {
      snsTopicArn: this.alarmTopic.topicArn,
      sourceType: events.sourceType,
      sourceIds: [...events.sourceIds],
      eventCategories: ['failover', 'failure'],
    });
    // RDS refuses a topic to which it may not publish yet.
    subscription.node.addDependency(this.alarmTopic);
  }

  private createCanary({ target, url, masterKey }: MonitoringBlockProps): Canary | null {
    if (target.canary === undefined) return null;
    const { model, key, everyMinutes } = target.canary;
    return new Canary(this, 'Canary', {
      url,
      model,
      key: key ?? masterKey,
      everyMinutes: everyMinutes ?? DEFAULT_CANARY_MINUTES,
    });
  }

  private planAlarms(props: MonitoringBlockProps): readonly AlarmPlan[] {
    const { plan, network, loadBalancer, compute, database, cache } = props;
    return [
      ...planLoadBalancerAlarms(loadBalancer, plan.monitoring, plan.compute.zones),
      ...planReplicaAlarms(compute),
      ...planNetworkAlarms(network),
      ...planDatabaseAlarms(database.watched, plan.database),
      ...planSourceLagAlarm(database.watched, props.lagAlarmSeconds),
      ...planDistributedDatabaseAlarms(database),
      ...planCacheAlarms(cache.shards),
      ...(this.canary === null ? [] : [this.canary.planAlarm()]),
    ];
  }
}

/** A database that lags is no reason to take back a rollout; failing users is. */
function stopsRollouts(plan: AlarmPlan | undefined): boolean {
  return plan?.name === 'LoadBalancerErrors';
}
