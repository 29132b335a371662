import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import {
  type AutoscalingOutputs,
  type AutoscalingPlan,
  type AutoscalingProps,
  GATEWAY_METRICS,
  GATEWAY_SCRAPE_JOB,
} from '../../../lib';
import type { Workload } from '../compute/workload';
import { renderBehavior } from '../compute/workload/scaling';
import { DEFAULT_KEDA_IN_FLIGHT, DEFAULT_KEDA_REQUESTS_PER_SECOND } from '../defaults';
import { objectLabels } from '../foundation/labels';

/** KEDA owns the number of replicas, and reads what the gateway reports about itself. */
export interface KedaChoice extends AutoscalingProps {
  readonly kind: 'keda';

  /**
   * Address of the Prometheus that scrapes the gateway, such as `http://prometheus.monitoring.svc:9090`. It has to add the
   * labels `namespace` and `service`, as the Prometheus Operator does.
   */
  readonly prometheusAddress: string;

  /**
   * Requests that one replica is meant to take. Lower it where requests are heavy.
   *
   * Unit: requests per second.
   *
   * @default 1000
   * @see guide, "KEDA (Advanced)"
   */
  readonly requestsPerSecondPerReplica?: number;

  /**
   * Requests that one replica is meant to carry at once. Streams count as long as they last, which their rate hides.
   *
   * Unit: requests.
   *
   * @default 200
   */
  readonly inFlightPerReplica?: number;
}

export interface AutoscalingBlockProps {
  readonly plan: AutoscalingPlan;
  readonly namespace: string;
  readonly workload: Workload;
  readonly keda: KedaChoice;
}

/** Guide, "KEDA (Advanced)". */
const POLLING_SECONDS = 15;
const COOLDOWN_SECONDS = 300;

/** Prometheus that misses three polls is gone. */
const FAILED_POLLS = 3;

/**
 * The scaler of KEDA, in place of the HorizontalPodAutoscaler: requests per second, requests in flight and processor use,
 * whichever wants more replicas. KEDA makes an autoscaler of its own from it, and two of them would fight.
 *
 * Costs: nothing; KEDA and Prometheus are the cluster's. Needs KEDA 2.17 or newer: older ones refuse a fallback beside a
 * processor trigger.
 * Survives: the loss of Prometheus, with half of the most replicas there may be.
 * Does not survive: the loss of KEDA: replicas then follow their processors only.
 */
export class Autoscaling extends Construct implements AutoscalingOutputs {
  /** Chooses KEDA. Everything an ordinary autoscaler can be told holds here too. */
  static keda(props: Omit<KedaChoice, 'kind'>): KedaChoice {
    return { kind: 'keda', ...props };
  }

  /** The main resource: the ScaledObject. */
  readonly resource: ApiObject;
  readonly minReplicas: number;
  readonly maxReplicas: number;

  constructor(scope: Construct, id: string, props: AutoscalingBlockProps) {
    super(scope, id);
    const { plan, workload } = props;
    this.minReplicas = plan.minReplicas;
    this.maxReplicas = plan.maxReplicas;
    this.resource = new ApiObject(this, 'Resource', {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: {
        name: workload.workloadName,
        namespace: props.namespace,
        labels: { ...objectLabels(workload.workloadName, 'gateway') },
      },
      spec: {
        scaleTargetRef: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: workload.workloadName,
        },
        minReplicaCount: plan.minReplicas,
        maxReplicaCount: plan.maxReplicas,
        pollingInterval: POLLING_SECONDS,
        cooldownPeriod: COOLDOWN_SECONDS,
        fallback: {
          failureThreshold: FAILED_POLLS,
          replicas: Math.max(plan.minReplicas, Math.ceil(plan.maxReplicas / 2)),
        },
        advanced: { horizontalPodAutoscalerConfig: { behavior: renderBehavior(plan) } },
        triggers: renderTriggers(props),
      },
    });
  }
}

/**
 * `metricType` stands beside `metadata`, as KEDA reads it. A sum with `AverageValue` is divided by the replicas.
 *
 * @see https://keda.sh/docs/latest/scalers/prometheus/
 * @see https://keda.sh/docs/latest/scalers/cpu/
 */
function renderTriggers({
  plan,
  keda,
  namespace,
  workload,
}: AutoscalingBlockProps): readonly unknown[] {
  // A namespace may hold two gateways. The Prometheus Operator adds the name of the Service.
  const labels = { job: GATEWAY_SCRAPE_JOB, namespace, service: workload.workloadName };
  const series = `{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`;
  const prometheus = (input: {
    readonly query: string;
    readonly threshold: number;
    readonly absenceIsZero: 'true' | 'false';
  }): unknown => ({
    type: 'prometheus',
    metricType: 'AverageValue',
    metadata: {
      serverAddress: keda.prometheusAddress,
      query: input.query,
      threshold: String(input.threshold),
      ignoreNullValues: input.absenceIsZero,
    },
  });
  const utilization = (type: string, percent: number): unknown => ({
    type,
    metricType: 'Utilization',
    metadata: { value: String(percent) },
  });
  return [
    prometheus({
      query: `sum(rate(${GATEWAY_METRICS.requests}${series}[2m]))`,
      threshold: keda.requestsPerSecondPerReplica ?? DEFAULT_KEDA_REQUESTS_PER_SECOND,
      // A counter without a first request has no series.
      absenceIsZero: 'true',
    }),
    prometheus({
      query: `sum(${GATEWAY_METRICS.inFlight}${series})`,
      threshold: keda.inFlightPerReplica ?? DEFAULT_KEDA_IN_FLIGHT,
      // Every replica reports this gauge, so without it nobody scrapes them: fall back.
      absenceIsZero: 'false',
    }),
    utilization('cpu', plan.cpuPercent),
    ...(plan.memoryPercent === null ? [] : [utilization('memory', plan.memoryPercent)]),
  ];
}
