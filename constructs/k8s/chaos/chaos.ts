import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { RegionPlan } from '../../../lib';
import type { CachePods } from '../cache/choice';
import type { DatabasePods } from '../database/choice';
import { objectLabels, selectorLabels } from '../foundation/labels';

/** Failures on purpose, by Chaos Mesh. */
export interface ChaosMeshChoice {
  readonly kind: 'chaos-mesh';

  /**
   * Host names of the providers that experiments slow down and cut off.
   *
   * @default ['api.openai.com']
   */
  readonly providerHosts?: readonly string[];
}

export interface ChaosBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly target: ChaosMeshChoice;
  /** Null: it runs elsewhere and is left alone. */
  readonly databasePods: DatabasePods | null;
  /** Null: it runs elsewhere and is left alone. */
  readonly cachePods: CachePods | null;
}

/** Stops a Schedule from starting anything, as long as it stands there. */
const PAUSE = 'experiment.chaos-mesh.org/pause';

/**
 * Experiments of Chaos Mesh against this deployment alone, each as a Schedule with a day of the month to itself, and all
 * of them paused. To let one happen: `kubectl annotate schedule litellm-gateway-failure experiment.chaos-mesh.org/pause-`.
 *
 * They are Schedules because an experiment that is created paused is of no use: kills ignore the pause, and all others
 * count their duration from when they were created.
 *
 * Costs: nothing while paused; then requests, which is what they are to measure. Needs Chaos Mesh 2, and its DNS server
 * for the experiment with names.
 * Survives, does not survive: that is what they are to show.
 */
export class Chaos extends Construct {
  /** Chooses Chaos Mesh. */
  static mesh(props: Omit<ChaosMeshChoice, 'kind'> = {}): ChaosMeshChoice {
    return { kind: 'chaos-mesh', ...props };
  }

  /** The main resources: one Schedule for each experiment. */
  readonly schedules: readonly ApiObject[];

  constructor(scope: Construct, id: string, props: ChaosBlockProps) {
    super(scope, id);
    this.schedules = describeExperiments(props).map((experiment, index) =>
      this.createSchedule(props, experiment, index + 1),
    );
  }

  private createSchedule(
    { plan, namespace }: ChaosBlockProps,
    { name, kind, spec }: Experiment,
    dayOfMonth: number,
  ): ApiObject {
    return new ApiObject(this, name, {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'Schedule',
      metadata: {
        name: `${plan.name}-${name}`,
        namespace,
        labels: { ...objectLabels(plan.name, 'chaos') },
        annotations: { [PAUSE]: 'true' },
      },
      spec: {
        // In the morning, when people are there to look; the time zone is that of Chaos Mesh.
        schedule: `0 10 ${dayOfMonth} * *`,
        historyLimit: 2,
        concurrencyPolicy: 'Forbid',
        type: kind,
        [FIELDS[kind]]: spec,
      },
    });
  }
}

/** Field of a Schedule that holds the experiment, by its kind. */
const FIELDS = {
  PodChaos: 'podChaos',
  NetworkChaos: 'networkChaos',
  DNSChaos: 'dnsChaos',
  StressChaos: 'stressChaos',
  TimeChaos: 'timeChaos',
} as const;

interface Experiment {
  readonly name: string;
  readonly kind: keyof typeof FIELDS;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Whom an experiment hits. */
interface Victims {
  readonly mode: 'one' | 'all';
  readonly selector: Readonly<Record<string, unknown>>;
}

/**
 * @see guide, "Chaos Engineering"
 * @see https://chaos-mesh.org/docs/simulate-pod-chaos-on-kubernetes/
 */
function describeExperiments(props: ChaosBlockProps): readonly Experiment[] {
  const { plan, namespace, databasePods, cachePods } = props;
  const pods = (labels: Readonly<Record<string, string>>): Victims => ({
    mode: 'all',
    selector: { namespaces: [namespace], labelSelectors: labels },
  });
  const gateway = pods(selectorLabels(plan.name, 'gateway'));
  const [pooler] = databasePods?.poolers ?? [];
  return [
    ...describeGatewayFailures(gateway),
    ...(databasePods === null || pooler === undefined
      ? []
      : describeDatabaseFailures({
          gateway,
          pooler: pods(pooler),
          primary: pods(databasePods.primary),
          replicas: pods(databasePods.replicas),
        })),
    ...(cachePods === null
      ? []
      : describeCacheFailures({
          gateway,
          redis: pods(cachePods.members),
          sentinel: cachePods.sentinels === null ? null : pods(cachePods.sentinels),
        })),
    ...describeProviderFailures(gateway, props.target.providerHosts ?? ['api.openai.com']),
    ...describePressure(gateway, plan.compute.memoryMib),
  ];
}

function describePodFailure(name: string, spec: Readonly<Record<string, unknown>>): Experiment {
  return { name, kind: 'PodChaos', spec };
}

/** Without a grace period, as when a machine dies. */
function describeKill(whom: Victims): Readonly<Record<string, unknown>> {
  return { ...one(whom), action: 'pod-kill', gracePeriod: 0 };
}

/** @see https://chaos-mesh.org/docs/simulate-network-chaos-on-kubernetes/ */
function describeNetworkFault(
  name: string,
  [from, to]: readonly [Victims, Victims],
  fault: Readonly<Record<string, unknown>> = { action: 'partition' },
): Experiment {
  return {
    name,
    kind: 'NetworkChaos',
    spec: { ...from, direction: 'both', target: to, duration: '60s', ...fault },
  };
}

function describeGatewayFailures(gateway: Victims): readonly Experiment[] {
  return [
    // The guide's own.
    describePodFailure('gateway-failure', {
      ...one(gateway),
      action: 'pod-failure',
      duration: '30s',
    }),
    describePodFailure('gateway-kill', describeKill(gateway)),
    describePodFailure('gateway-container-kill', {
      ...one(gateway),
      action: 'container-kill',
      containerNames: ['gateway'],
    }),
  ];
}

function describeDatabaseFailures({
  gateway,
  pooler,
  primary,
  replicas,
}: Readonly<
  Record<'gateway' | 'pooler' | 'primary' | 'replicas', Victims>
>): readonly Experiment[] {
  return [
    describePodFailure('database-primary-kill', describeKill(primary)),
    // The pod stays and answers nothing, so only the missing lease tells that the primary is gone.
    describePodFailure('database-primary-failure', {
      ...one(primary),
      action: 'pod-failure',
      duration: '90s',
    }),
    describePodFailure('pooler-kill', describeKill(pooler)),
    describeNetworkFault('gateway-database-partition', [gateway, pooler]),
    describeNetworkFault('pooler-database-partition', [pooler, primary]),
    // The primary lives on and must not take writes that are thrown away later.
    describeNetworkFault('database-partition', [primary, replicas]),
    describeNetworkFault('gateway-database-delay', [gateway, pooler], {
      action: 'delay',
      delay: { latency: '200ms', jitter: '50ms', correlation: '50' },
    }),
  ];
}

function describeCacheFailures({
  gateway,
  redis,
  sentinel,
}: {
  readonly gateway: Victims;
  readonly redis: Victims;
  readonly sentinel: Victims | null;
}): readonly Experiment[] {
  return [
    // No label tells which member is a primary.
    describePodFailure('cache-member-kill', describeKill(redis)),
    describePodFailure('cache-failure', { ...redis, action: 'pod-failure', duration: '60s' }),
    ...(sentinel === null ? [] : [describePodFailure('sentinel-kill', describeKill(sentinel))]),
    describeNetworkFault('gateway-cache-partition', [gateway, redis]),
  ];
}

/** Hosts outside the cluster can only be aimed at with `direction: to`. */
function describeProviderFailures(
  gateway: Victims,
  hosts: readonly string[],
): readonly Experiment[] {
  const outside = { ...gateway, direction: 'to', externalTargets: hosts, duration: '60s' };
  return [
    {
      name: 'provider-delay',
      kind: 'NetworkChaos',
      spec: {
        ...outside,
        action: 'delay',
        delay: { latency: '2s', jitter: '500ms', correlation: '50' },
      },
    },
    {
      name: 'provider-loss',
      kind: 'NetworkChaos',
      spec: { ...outside, action: 'loss', loss: { loss: '40', correlation: '50' } },
    },
    {
      name: 'provider-names',
      kind: 'DNSChaos',
      spec: { ...gateway, action: 'error', patterns: hosts, duration: '60s' },
    },
  ];
}

function describePressure(gateway: Victims, memoryMib: number): readonly Experiment[] {
  const common = { ...one(gateway), containerNames: ['gateway'] };
  return [
    {
      name: 'gateway-cpu',
      kind: 'StressChaos',
      spec: { ...common, stressors: { cpu: { workers: 2, load: 100 } }, duration: '120s' },
    },
    {
      name: 'gateway-memory',
      kind: 'StressChaos',
      // Half of the limit: close to the kill, not over it.
      spec: {
        ...common,
        stressors: { memory: { workers: 1, size: `${Math.floor(memoryMib / 2)}MB` } },
        duration: '120s',
      },
    },
    {
      name: 'gateway-clock',
      kind: 'TimeChaos',
      spec: {
        ...common,
        timeOffset: '-10m',
        clockIds: ['CLOCK_REALTIME'],
        duration: '120s',
      },
    },
  ];
}

function one(victims: Victims): Victims {
  return { ...victims, mode: 'one' };
}
