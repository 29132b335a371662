import type { MonitoringPlan } from '../blocks/monitoring';

export type Labels = Readonly<Record<string, string>>;

/** How rows and logs come from other regions. */
export interface ReplicationScope {
  /** `physical`: a replica that follows a writer; `logical`: a peer that others receive rows from. */
  readonly kind: 'physical' | 'logical';
  /** Labels of the members of the database under CloudNativePG. */
  readonly labels: Readonly<Record<string, string>>;
  /** From this lag on, the loss of the sending region would lose more than is promised. */
  readonly lagAlarmSeconds: number;
}

/** What is watched: one gateway among all that the same Prometheus sees. */
export interface AlertScope {
  /** Labels that tell the targets of this gateway from all others; `job` is one of them. */
  readonly gateway: Labels;
  readonly objectives: MonitoringPlan;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Whether the gateway is given a database, and so says whether it reaches it. */
  readonly database: 'configured' | 'none';
  /** Labels of the members of a PostgreSQL cluster under Patroni. Null: no such cluster is watched. */
  readonly patroni: Labels | null;
  /** Where kube-state-metrics tells of the gateway. Null: it does not run on Kubernetes. */
  readonly kubernetes: { readonly namespace: string; readonly workloadName: string } | null;
  /** What comes from other regions. Null: nothing does, or nobody tells Prometheus. */
  readonly replication: ReplicationScope | null;
}

/** `name{job="litellm",status="healthy"}`. `matchers` stand as they are, such as `status!="success"`. */
export function renderSelector(name: string, labels: Labels, ...matchers: string[]): string {
  const fixed = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${[...fixed, ...matchers].join(',')}}`;
}
