/** `critical` wakes somebody up; `warning` is for the next working day. */
export type AlertSeverity = 'critical' | 'warning';

export type AlertGroup =
  | 'availability'
  | 'errors'
  | 'latency'
  | 'saturation'
  | 'providers'
  | 'database'
  | 'state'
  | 'replication';

/** One reason to call somebody, and where it says what to do then. */
export interface Alert {
  /** As it shows in a page; the guide's own name where the guide has one. */
  readonly name: string;
  readonly group: AlertGroup;
  readonly severity: AlertSeverity;
  /** PromQL; the alert is on while it has a result. */
  readonly expr: string;
  /** How long the expression must have a result without a break. Unit: seconds. */
  readonly forSeconds: number;
  /** One line; may use Prometheus' templates. */
  readonly summary: string;
  /** What users feel, or will feel. */
  readonly description: string;
  /** Name of the file in `docs/runbooks`, without its ending. */
  readonly runbook: string;
}

/** The metrics that an expression asks for. Each selector of the catalogue has braces, which is how they are found. */
export function metricsOf(expr: string): readonly string[] {
  return [...new Set([...expr.matchAll(/([a-z_][a-z0-9_]*)\{/g)].map(([, name]) => name ?? ''))];
}
