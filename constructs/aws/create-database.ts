import type { Construct } from 'constructs';
import { AuroraCluster } from './aurora-cluster';
import { BroughtDatabase } from './brought-database';
import type { DatabaseBlockProps, DatabaseTarget } from './database';
import { RdsInstances } from './rds-instances';
import { RdsReplica } from './rds-replica';

/** What stands behind the words of `Database`; `kind` tells which. */
export type DatabaseInUse = RdsInstances | RdsReplica | AuroraCluster | BroughtDatabase;

export function createDatabase(
  scope: Construct,
  target: DatabaseTarget,
  props: DatabaseBlockProps,
): DatabaseInUse {
  switch (target.kind) {
    case 'rds':
      return createRds(scope, props);
    case 'aurora':
      return new AuroraCluster(scope, 'Database', props);
    case 'existing':
      return new BroughtDatabase(scope, 'Database', { plan: props.plan, server: target.server });
  }
}

function createRds(scope: Construct, props: DatabaseBlockProps): RdsInstances | RdsReplica {
  const { place } = props;
  if (place === null || place.databaseRole.kind !== 'replica') {
    return new RdsInstances(scope, 'Database', props);
  }
  return new RdsReplica(scope, 'Database', { ...props, place, role: place.databaseRole });
}
