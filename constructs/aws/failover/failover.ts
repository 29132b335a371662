import { Duration } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import {
  type MultiRegionTopology,
  PACKAGED_RUNBOOKS,
  planFailback,
  planFailover,
} from '../../../lib';
import { RegionSwitch } from '../dns/region-switch';
import { createAlarm } from '../foundation/alarm';
import { parameterName } from '../foundation/region-parameters';
import type { RegionPlace } from '../foundation/region-place';
import { FailoverExecutor } from './executor';
import type { FailoverRegion } from './failover-region';
import { FailoverMachine } from './machine';
import type { FailoverOptions } from './options';
import { RegionSwitchPlan } from './region-switch-plan';
import { RegionSwitchPlanBlocks } from './region-switch-plan-blocks';
import { listWorkflows } from './region-switch-plan-workflows';

export interface FailoverBlockProps {
  readonly topology: MultiRegionTopology;
  readonly place: RegionPlace;
  readonly region: FailoverRegion;
  readonly options: FailoverOptions;
}

/** On a weekday, in the morning of most of the world, so that somebody is there to look. */
const REHEARSALS = {
  daily: events.Schedule.cron({ minute: '0', hour: '9' }),
  weekly: events.Schedule.cron({ minute: '0', hour: '9', weekDay: 'TUE' }),
  monthly: events.Schedule.cron({ minute: '0', hour: '9', weekDay: 'TUE#1' }),
} as const;

/**
 * What leads clients and writes away from a lost region, and back: here for those regions whose place this one takes. Each
 * has two machines, kept apart from the region they are made for, and both do nothing until they are told by name.
 *
 * Costs: some cents for each rehearsal.
 * Survives: the loss of the regions it leads away from, and of every control plane outside its own region.
 * Does not survive: the loss of its own region together with one of those.
 */
export class Failover extends Construct {
  readonly executor: FailoverExecutor;
  /** Regions whose place this one takes. */
  readonly leads: readonly string[];
  /** Null: this region takes nobody's place, or those regions have dials in an accelerator. */
  readonly regionSwitch: RegionSwitch | null;
  /** Where the switch of this region is kept. Null: nobody takes its place, or it has a dial in an accelerator. */
  readonly switchedBy: { readonly bucket: string; readonly region: string } | null;
  readonly machines: readonly FailoverMachine[];
  /** Null: no plan of ARC Region switch was asked for. */
  readonly planBlocks: RegionSwitchPlanBlocks | null;
  /** Null: none was asked for, or another region keeps it. */
  readonly plan: RegionSwitchPlan | null;

  constructor(scope: Construct, id: string, props: FailoverBlockProps) {
    super(scope, id);
    const { topology, place, region, options } = props;
    const heir = selectHeir(topology, place.region);
    const { closing } = topology.routing;
    this.switchedBy =
      heir === null || closing.kind === 'setting'
        ? null
        : { bucket: place.names.switchBucket(heir), region: heir };
    this.leads = place.regions.filter((each) => selectHeir(topology, each) === place.region);
    this.regionSwitch =
      this.leads.length === 0 || closing.kind === 'setting'
        ? null
        : new RegionSwitch(this, 'Switch', { bucketName: place.names.switchBucket(place.region) });
    this.executor = new FailoverExecutor(this, 'Executor', {
      gateway: topology.name,
      place,
      region,
      domainName: topology.dns.domainName,
      regionSwitch: this.regionSwitch,
      accelerator:
        this.leads.length === 0 || closing.kind === 'switch'
          ? null
          : {
              region: closing.home,
              endpointGroupsParameter: parameterName(topology.name, 'endpoint-groups'),
            },
      folder: options.executorFolder ?? null,
    });
    this.machines = this.leads.flatMap((lost) => [
      this.createMachine(`Failover-${lost}`, planFailover(topology, lost), props),
      this.createMachine(`Failback-${lost}`, planFailback(topology, lost), props),
    ]);
    this.rehearse(props);
    this.planBlocks = this.createPlanBlocks(props);
    this.plan = this.createPlan(props);
  }

  private createMachine(
    id: string,
    procedure: ReturnType<typeof planFailover>,
    { place, region: { monitoring } }: FailoverBlockProps,
  ): FailoverMachine {
    const machine = new FailoverMachine(this, id, {
      procedure,
      name: place.names.failoverMachine(procedure.kind, procedure.region),
      executor: this.executor.resource,
      topic: monitoring.alarmTopic,
    });
    const alarm = createAlarm(
      machine,
      {
        name: 'Failed',
        severity: 'critical',
        metric: machine.resource.metricFailed({ period: Duration.minutes(1), statistic: 'Sum' }),
        breach: 'above',
        threshold: 0,
        periods: 1,
        silence: 'fine',
        summary: `A ${procedure.kind} of ${procedure.region}, or its rehearsal, did not come to its end.`,
        runbook: 'failover-failed',
      },
      PACKAGED_RUNBOOKS,
    );
    alarm.addAlarmAction(new SnsAction(monitoring.alarmTopic));
    return machine;
  }

  private createPlanBlocks({
    topology,
    place,
    region: { monitoring },
    options: { plan, executorFolder },
  }: FailoverBlockProps): RegionSwitchPlanBlocks | null {
    if (plan === undefined) return null;
    const folder = executorFolder ?? null;
    return new RegionSwitchPlanBlocks(this, 'PlanBlocks', { topology, place, monitoring, folder });
  }

  /** Kept by the region that takes the place of the first one, like everything that leads away from it. */
  private createPlan({
    topology,
    place,
    options: { plan },
  }: FailoverBlockProps): RegionSwitchPlan | null {
    const [away] = listWorkflows(topology);
    if (plan === undefined || away?.runsIn !== place.region) return null;
    const approvedBy = plan.approvedBy ?? null;
    const made = new RegionSwitchPlan(this, 'Plan', { topology, approvedBy });
    // Region switch looks for the functions as soon as it has the plan.
    if (this.planBlocks !== null) made.resource.node.addDependency(this.planBlocks);
    return made;
  }

  private rehearse({ options }: FailoverBlockProps): void {
    for (const { resource, procedure } of this.machines) {
      if (procedure.kind === 'failback') continue;
      new events.Rule(this, `Rehearsal-${procedure.region}`, {
        description: `Rehearses the failover of ${procedure.region}; changes nothing`,
        schedule: REHEARSALS[options.rehearsed ?? 'weekly'],
        targets: [
          new SfnStateMachine(resource, {
            input: events.RuleTargetInput.fromObject({ mode: 'rehearsal' }),
          }),
        ],
      });
    }
  }
}

/** Who takes the place of a region; a standby has nobody. */
function selectHeir(topology: MultiRegionTopology, region: string): string | null {
  const plan = topology.regions.find((each) => each.region === region);
  return plan === undefined || plan.role === 'standby'
    ? null
    : planFailover(topology, region).ledBy;
}
