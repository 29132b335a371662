/** Defaults that only Google Cloud has; those that all targets share live in `lib/spec/defaults.ts`. */

/** Guide, "GCP Cloud SQL": tier of the primary. */
export const DEFAULT_DATABASE_TIER = 'db-custom-4-16384';

/** Guide, "GCP Cloud SQL": tier of a read replica. */
export const DEFAULT_DATABASE_REPLICA_TIER = 'db-custom-2-8192';

/** Memorystore offers read replicas from 5 GiB on. */
export const DEFAULT_CACHE_MEMORY_GIB = 5;
export const LEAST_CACHE_MEMORY_GIB = 5;

/** Cloud SQL Enterprise keeps write-ahead logs for seven days at most. */
export const ENTERPRISE_LOG_RETENTION_DAYS = 7;

/** Sunday, an hour after the default backup window ends; all zones of Google count in UTC. */
export const MAINTENANCE = { day: 7, dayName: 'SUNDAY', hour: 5 } as const;

/**
 * From the start of a machine until its gateway answers: boot, the image from Artifact Registry, the
 * code from Cloud Storage, secrets. Until then the autoscaler ignores its CPU and the group does not
 * heal it.
 */
export const INITIALIZATION_SECONDS = 180;

/** Google's health checkers and the proxies of its global load balancers come from here, and from nowhere else. */
export const GOOGLE_PROXY_RANGES = ['130.211.0.0/22', '35.191.0.0/16'] as const;
