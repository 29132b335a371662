import type { Failure } from '../routing/failure';

/** What one health check of one deployment found. */
export interface CheckResult {
  readonly modelId: string;
  /** Null: the deployment is well. */
  readonly failure: Failure | null;
}

/** The results of one round. Plain data: replicas hand it to each other. */
export interface HealthReport {
  /** Unit: milliseconds since 1970. */
  readonly checkedAtMs: number;
  /** Who checked. */
  readonly checkedBy: string;
  readonly results: readonly CheckResult[];
}

/**
 * Where replicas share the results of health checks, so that each deployment is asked once and not once per replica. May
 * fail; then whoever asked checks by itself.
 */
export interface HealthResultStore {
  /** The last report, whoever wrote it; null: there is none yet. */
  read(): Promise<HealthReport | null>;
  write(report: HealthReport): Promise<void>;
  /** `taken`: the owner is to check now, and nobody else until it releases the turn or the lease is over. */
  takeTurn(owner: string, leaseMs: number): Promise<'taken' | 'busy'>;
  /** Does nothing when the turn has passed to somebody else. */
  releaseTurn(owner: string): Promise<void>;
}
