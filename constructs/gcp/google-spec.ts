import type { MemorystoreSpec } from './cache/choice';
import type { InstanceGroupSpec } from './compute/choice';
import type { CloudSqlSpec } from './database/choice';
import type { Placement } from './foundation/placement';
import type { ExistingNetwork } from './network/existing-network';
import type { GivenSecret } from './secrets/given-secret';

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
