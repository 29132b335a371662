import type { GatewaySpec, PlacedRegionPlan } from '../../lib';
import type { CloudNativePgChoice, ExistingDatabaseChoice } from './database/choice';
import type { K8sRegionProps } from './multi-region-props';
import type { SecretSource } from './secrets/source';

/** A region as it was described, beside what was planned for it. */
export interface DescribedRegion {
  /** Where the user wrote it: `primary`, `standby` or `regions[1]`. */
  readonly path: string;
  readonly props: K8sRegionProps;
  readonly plan: PlacedRegionPlan;
  readonly spec: GatewaySpec;
  readonly domainName: string;
  readonly databaseHost: string;
  readonly database: CloudNativePgChoice | ExistingDatabaseChoice;
  readonly secretSource: SecretSource;
}
