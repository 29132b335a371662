export { MIGRATION, renderMigration, renderMigrationJob } from './migration-job';
export { Workload, renderWorkload } from './workload';
export type { MigrationJobProps, MigrationManifestProps } from './migration-job';
export type {
  DataVolume,
  SecretKeyReference,
  WorkloadProgram,
  WorkloadProps,
} from './workload-props';
