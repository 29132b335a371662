import * as rds from 'aws-cdk-lib/aws-rds';
import type { RegionPlace } from '../../foundation/region-place';

/**
 * Makes a cluster part of an Aurora Global Database: the writer's region creates it, the others join it by its name. A
 * cluster that joins has no user and no database of its own; both come with the storage.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-getting-started.html
 */
export function joinGlobalCluster(
  cluster: rds.DatabaseCluster,
  { databaseRole, names, pattern }: RegionPlace,
  engineVersion: rds.AuroraPostgresEngineVersion,
): void {
  const resource = cluster.node.defaultChild as rds.CfnDBCluster;
  if (databaseRole.kind === 'writer') {
    const spanning = new rds.CfnGlobalCluster(cluster, 'Global', {
      globalClusterIdentifier: names.globalCluster,
      engine: 'aurora-postgresql',
      engineVersion: engineVersion.auroraPostgresFullVersion,
      storageEncrypted: true,
      deletionProtection: true,
    });
    resource.globalClusterIdentifier = spanning.ref;
    return;
  }
  resource.globalClusterIdentifier = names.globalCluster;
  resource.masterUsername = undefined;
  resource.masterUserPassword = undefined;
  resource.databaseName = undefined;
  if (pattern === 'active-active') resource.enableGlobalWriteForwarding = true;
}
