import type { Region } from './region';
import { listPeers, type RegionPlace } from './region-place';
import type { RegionSwitch } from './region-switch';

export interface ExecutorSurroundings {
  readonly place: RegionPlace;
  readonly region: Region;
  readonly domainName: string;
  /** Null: this region keeps no switch. */
  readonly regionSwitch: RegionSwitch | null;
}

/** What the executor is told of its region: the shape is that of `ExecutorSettings` in `operations/failover/aws`. */
export function planExecutorSettings({
  place,
  region,
  domainName,
  regionSwitch,
}: ExecutorSurroundings): Readonly<Record<string, unknown>> {
  const { names } = place;
  const { database, secrets, compute, loadBalancer } = region;
  const aurora = database.kind === 'aurora';
  const writerHost = aurora ? database.resource.clusterEndpoint.hostname : database.writer.host;
  return {
    region: place.region,
    executor: names.executor,
    domainName,
    loadBalancerHost: loadBalancer.hostName,
    masterKeySecret: secrets.masterKey.secretName,
    switchBucket: regionSwitch?.resource.bucketName ?? null,
    database: {
      kind: aurora ? 'aurora' : 'rds',
      id: names.database(place.region),
      arn: database.arn,
      globalCluster: aurora ? names.globalCluster : null,
      writerHost,
      readerHost: aurora ? database.reader.host : writerHost,
      port: database.writer.port,
      databaseName: region.databasePlan.databaseName,
      userName: region.databasePlan.userName,
      credentialsSecret: secrets.databaseCredentials.secretName,
      arns: Object.fromEntries(
        [place.region, ...listPeers(place)].map((each) => [
          each,
          aurora ? names.clusterArn(each) : names.databaseArn(each),
        ]),
      ),
    },
    compute: planCompute(compute),
  };
}

function planCompute(compute: Region['compute']): Readonly<Record<string, unknown>> {
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
