import type { DatabaseProps } from '../../../lib';

/** PostgreSQL as Cloud SQL: a regional primary and read replicas in other zones. */
export interface CloudSqlProps extends DatabaseProps {
  /**
   * Machine of the primary and its standby: `db-custom-CPUS-MIB`, or `db-perf-optimized-N-…` for the edition Enterprise
   * Plus.
   *
   * @default 'db-custom-4-16384'
   * @see guide, "GCP Cloud SQL"
   */
  readonly tier?: string;

  /**
   * Machine of each read replica, of the same edition as `tier`.
   *
   * @default 'db-custom-2-8192'
   * @see guide, "GCP Cloud SQL"
   */
  readonly replicaTier?: string;
}

export interface CloudSqlChoice extends CloudSqlProps {
  readonly kind: 'cloud-sql';
}

export interface CloudSqlSpec {
  readonly tier: string;
  readonly replicaTier: string;
  readonly edition: 'ENTERPRISE' | 'ENTERPRISE_PLUS';
}
