import type { CfnDBInstance } from 'aws-cdk-lib/aws-rds';
import type { DatabaseInUse } from '../database/create-database';
import type { RdsInstances } from '../database/rds/instances';
import type { RegionSwitch } from '../dns/region-switch';
import {
  databaseHost,
  isReachedAcross,
  listPeers,
  type RegionPlace,
} from '../foundation/region-place';
import type { FailoverRegion } from './failover-region';

/** Where the dials of other regions are to be found once the accelerator is there. */
export interface AcceleratorPlace {
  /** Home of its control plane. */
  readonly region: string;
  readonly endpointGroupsParameter: string;
}

export interface ExecutorSurroundings {
  /** Name of the gateway. */
  readonly gateway: string;
  readonly place: RegionPlace;
  readonly region: FailoverRegion;
  readonly domainName: string;
  /** Null: this region keeps no switch. */
  readonly regionSwitch: RegionSwitch | null;
  /** Null: clients are led by DNS, or this region leads nobody. */
  readonly accelerator: AcceleratorPlace | null;
}

/** What the executor is told of its region: the shape is that of `ExecutorSettings` in `operations/failover/aws`. */
export function planExecutorSettings({
  place,
  region,
  domainName,
  regionSwitch,
  accelerator,
  gateway,
}: ExecutorSurroundings): Readonly<Record<string, unknown>> {
  const { names } = place;
  const { database, secrets, compute, loadBalancer } = region;
  const aurora = database.kind === 'aurora';
  const writerHost = ownHost(database);
  return {
    region: place.region,
    executor: names.executor,
    domainName,
    loadBalancerHost: loadBalancer.hostName,
    masterKeySecret: secrets.masterKey.secretName,
    switchBucket: regionSwitch?.resource.bucketName ?? null,
    accelerator,
    database: {
      kind: selectKind(database),
      id: names.database(place.region),
      arn: database.arn,
      globalCluster: aurora ? names.globalCluster : null,
      writerHost,
      readerHost: aurora ? database.reader.host : writerHost,
      writerHosts: planWriterHosts(place, database),
      port: database.writer.port,
      databaseName: region.databasePlan.databaseName,
      userName: region.databasePlan.userName,
      readReplicas: database.kind === 'rds' ? listReadReplicas(database) : [],
      backupRetentionDays: region.backupPlan.retentionDays,
      credentialsSecret:
        secrets.databaseLogin === 'password' ? secrets.databaseCredentials.secretName : null,
      arns: Object.fromEntries(
        [place.region, ...listPeers(place)].map((each) => [
          each,
          aurora ? names.clusterArn(each) : names.databaseArn(each),
        ]),
      ),
    },
    compute: planCompute(compute),
    exchange: planExchange(place, gateway),
  };
}

/** The region's own database, which answers writes while it takes them. */
function ownHost(database: DatabaseInUse): string {
  switch (database.kind) {
    case 'aurora':
      return database.resource.clusterEndpoint.hostname;
    case 'rds':
    case 'rds-replica':
      return database.resource.dbInstanceEndpointAddress;
    case 'distributed':
    case 'existing':
      return database.writer.host;
  }
}

function selectKind({ kind }: DatabaseInUse): 'rds' | 'aurora' | 'dsql' {
  switch (kind) {
    case 'aurora':
      return 'aurora';
    case 'distributed':
      return 'dsql';
    case 'rds':
    case 'rds-replica':
    case 'existing':
      return 'rds';
  }
}

/** They follow an instance and not its name, so they are made anew together with it. */
function listReadReplicas({ replicas }: RdsInstances): readonly Readonly<Record<string, string>>[] {
  return replicas.map((replica) => {
    const zone = (replica.node.defaultChild as CfnDBInstance).availabilityZone;
    if (zone === undefined) throw new Error(`${replica.node.path} was given no zone`);
    return { id: replica.instanceIdentifier, zone };
  });
}

/**
 * Where replicas write while the database of a region takes the writes, by region. Readers of Aurora send them on to whoever
 * does; RDS sends none on, so replicas go to the database itself. Where neither is so, each region writes its own.
 */
function planWriterHosts(
  place: RegionPlace,
  database: DatabaseInUse,
): Readonly<Record<string, string>> {
  const hostOf = (peer: string): string | null => {
    if (database.kind === 'aurora') return database.reader.host;
    return isReachedAcross(place) && place.replication.dataMode === 'shared-writer'
      ? databaseHost(place, peer)
      : null;
  };
  const across = listPeers(place).flatMap((peer) => {
    const host = hostOf(peer);
    return host === null ? [] : [[peer, host] as const];
  });
  return { [place.region]: ownHost(database), ...Object.fromEntries(across) };
}

/** Where rows of the others come from, if regions exchange any. */
function planExchange(
  place: RegionPlace,
  gateway: string,
): Readonly<Record<string, unknown>> | null {
  if (place.databaseRole.kind !== 'peer') return null;
  const peers = listPeers(place).map((region) => ({ region, host: databaseHost(place, region) }));
  return { gateway, peers };
}

function planCompute(compute: FailoverRegion['compute']): Readonly<Record<string, unknown>> {
  switch (compute.kind) {
    case 'fargate':
      return {
        kind: compute.kind,
        cluster: compute.cluster.clusterName,
        service: compute.resource.serviceName,
        writerUrlSecret: compute.task.writerUrl.secretName,
      };
    case 'eks':
      return {
        kind: compute.kind,
        cluster: compute.resource.clusterName,
        namespace: compute.workloadName,
        workload: compute.workloadName,
      };
  }
}
