import type { MachineType } from './compute/machine-type';
import type { Placement } from './foundation/placement';
import type { ExistingNetwork } from './props';

/** What a description says of Google Cloud alone, complete and checked. */
export interface GoogleSpec {
  readonly placement: Placement;
  readonly domainName: string;
  /** Null: no record is created. */
  readonly managedZone: string | null;
  /** Sorted by the name of the environment variable. */
  readonly secrets: readonly GivenSecret[];
  /** Null: a network is created. */
  readonly network: ExistingNetwork | null;
  readonly compute: InstanceGroupSpec;
  readonly database: CloudSqlSpec;
  readonly cache: MemorystoreSpec;
}

/** A secret of the user's, and the environment variable that gets its value. */
export interface GivenSecret {
  readonly environmentName: string;
  readonly project: string;
  readonly secretId: string;
  readonly version: string;
}

export interface InstanceGroupSpec {
  readonly machine: MachineType;
  /** Null: the gateway of this package. */
  readonly gatewayScript: string | null;
}

export interface CloudSqlSpec {
  readonly tier: string;
  readonly replicaTier: string;
  readonly edition: 'ENTERPRISE' | 'ENTERPRISE_PLUS';
}

export interface MemorystoreSpec {
  readonly memoryGib: number;
}
