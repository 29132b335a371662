import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { SpecError } from '../../../lib';
import { isReachedAcross, type RegionPlace } from '../foundation/region-place';
import { DatabaseAddress } from './address';
import { AuroraCluster } from './aurora/cluster';
import type { DatabaseChoice } from './choice';
import type { DatabaseBlockProps } from './database';
import { DistributedDatabase } from './distributed/database';
import { ExistingDatabase } from './existing-database';
import { RdsInstances } from './rds/instances';
import { RdsReplica } from './rds/replica';

/** What stands behind the words of `Database`; `kind` tells which. */
export type DatabaseInUse =
  RdsInstances | RdsReplica | AuroraCluster | DistributedDatabase | ExistingDatabase;

export function createDatabase(
  scope: Construct,
  target: DatabaseChoice,
  props: DatabaseBlockProps,
): DatabaseInUse {
  switch (target.kind) {
    case 'rds':
      return createRds(scope, props);
    case 'aurora':
      return new AuroraCluster(scope, 'Database', props);
    case 'distributed':
      return createDistributed(scope, props);
    case 'existing':
      return new ExistingDatabase(scope, 'Database', { plan: props.plan, server: target.server });
  }
}

function createDistributed(
  scope: Construct,
  { place, plan }: DatabaseBlockProps,
): DistributedDatabase {
  if (place === null) {
    throw new SpecError('litellm-ha/aws', [
      {
        rule: 'aws.data-mode',
        path: 'database',
        allowed: 'be Database.rds(), Database.aurora() or Database.existing() in one region',
        got: 'Database.distributed()',
        fix: "leave it out, or use ActiveActive with dataMode 'distributed-sql'",
      },
    ]);
  }
  return new DistributedDatabase(scope, 'Database', { name: place.name, plan });
}

function createRds(scope: Construct, props: DatabaseBlockProps): RdsInstances | RdsReplica {
  const { place } = props;
  if (place === null || place.databaseRole.kind !== 'replica') {
    return new RdsInstances(scope, 'Database', props);
  }
  return new RdsReplica(scope, 'Database', { ...props, place, role: place.databaseRole });
}

/** Databases of RDS get a name in all networks of a gateway whose regions speak to each other's. */
export function createDatabaseAddress(
  scope: Construct,
  input: {
    readonly place: RegionPlace | null;
    readonly zone: IHostedZone;
    readonly database: DatabaseInUse;
  },
): DatabaseAddress | null {
  const { place, zone, database } = input;
  if (place === null || !isReachedAcross(place)) return null;
  if (database.kind !== 'rds' && database.kind !== 'rds-replica') return null;
  return new DatabaseAddress(scope, 'DatabaseAddress', { place, zone, database });
}
