export { MIGRATION, renderMigration, renderMigrationJob } from './migration-job';
export { Workload, renderWorkload } from './workload';
export type { MigrationJobProps, MigrationManifestProps } from './migration-job';
export { listClientCidrs } from './service';
export type { ServiceChoice } from './service';
export type { DataVolume, WorkloadProgram, WorkloadProps } from './workload-props';
export type { SecretKeyReference } from '../../foundation/secret-key-reference';
