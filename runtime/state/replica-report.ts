import type { CooldownReason } from '../routing/health';
import type { Load } from '../routing/load';

/**
 * What a replica tells the others about once a second: all that routing shares. One document per replica, written by it
 * alone and gone with it, so there is nothing to merge, to lock or to clean up; without Redis the others are just not
 * heard, and each replica goes on by what it sees itself.
 */
export interface ReplicaReport {
  /** Random, new with every start. */
  readonly boot: string;
  /** Unit: milliseconds since 1970, by the replica's own clock. */
  readonly atMs: number;
  /** Position of its directory: a replica that is behind reads at once instead of at its next turn. */
  readonly directoryPosition: string | null;
  readonly deployments: Readonly<Record<string, DeploymentReport>>;
}

/** Of one deployment, as this replica alone saw it. */
export interface DeploymentReport {
  readonly inFlight: number;
  /** Number of the minute since 1970 that `requests` and `tokens` were counted in. */
  readonly minute: number;
  readonly requests: number;
  readonly tokens: number;
  /** Unit: milliseconds since 1970; null: it is not cooling down. */
  readonly restsUntilMs: number | null;
  /** `none`: it is not cooling down. */
  readonly restReason: CooldownReason;
  /** Recent samples, for the strategies that go by latency. Times are told as ages, since clocks differ. */
  readonly answers: Load['answers'];
}

/** What the other replicas said last, with how many replicas there are. */
export interface Neighbours {
  /** This one included; what limits are divided by when Redis is away. */
  readonly replicas: number;
  readonly reports: readonly ReplicaReport[];
}
