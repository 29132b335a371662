/** Automatic backups of the database, and how far back it can be taken. */
export interface BackupPlan {
  readonly retentionDays: number;
  /** `hh:mm`, UTC. */
  readonly windowStart: string;
  /** `hh:mm`, UTC. */
  readonly windowEnd: string;
}
