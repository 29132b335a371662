import type { Construct } from 'constructs';
import type { RegionPlan } from '../../../lib';
import type { PodsSpec } from '../foundation/pod-choices';
import type { SpreadChoice } from '../foundation/spread';
import type { Secrets } from '../secrets/secrets';
import type { Sizes } from '../foundation/sizes';
import type { DatabaseChoice } from './choice';
import { CloudNativePgCluster } from './cloud-native-pg/cluster';
import { ExistingDatabase } from './existing-database';
import { PatroniCluster } from './patroni-cluster';
import type { DatabasePlace } from './place';

/** What stands behind the words of `Database`; `kind` tells which. */
export type DatabaseInUse = PatroniCluster | CloudNativePgCluster | ExistingDatabase;

export interface DatabaseBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly secrets: Secrets;
  readonly spread: SpreadChoice;
  readonly pods: Pick<PodsSpec, 'database' | 'pooler'>;
  readonly sizes: Sizes;
  /** Null: there is no other region. */
  readonly place: DatabasePlace | null;
}

export function createDatabase(
  scope: Construct,
  choice: DatabaseChoice,
  props: DatabaseBlockProps,
): DatabaseInUse {
  switch (choice.kind) {
    case 'patroni':
      return new PatroniCluster(scope, 'Database', props);
    case 'cloud-native-pg':
      return new CloudNativePgCluster(scope, 'Database', { ...props, target: choice });
    case 'existing':
      return new ExistingDatabase(scope, 'Database', choice);
  }
}
