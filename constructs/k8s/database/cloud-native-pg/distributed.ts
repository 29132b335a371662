import type { DatabasePlan } from '../../../../lib';
import { type DatabaseAddress, type DatabasePlace, selectAddress, selectSource } from '../place';

export interface DistributedClusterInput {
  /** Name of the gateway. */
  readonly name: string;
  readonly namespace: string;
  /** Name of the Cluster itself, the same in every region. */
  readonly clusterName: string;
  readonly database: DatabasePlan;
  readonly place: DatabasePlace;
  readonly serviceAnnotations: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Role that instances replicate by; the operator makes it and its certificate. */
const REPLICATION_USER = 'streaming_replica';

/** Half of the volume: a region that is away for days must not fill the disk of those that serve. */
const KEPT_LOG_SHARE = 0.5;
const MIB_PER_GIB = 1024;

/** What the Cluster of one region is called among those of the others. */
export function nameMember(name: string, region: string): string {
  return `${name}-${region}`;
}

/** Secrets that let a region into the database of another one; they are copied from there. */
export function namePeerSecrets(
  name: string,
  region: string,
): { readonly authority: string; readonly replication: string } {
  const member = nameMember(name, region);
  return { authority: `${member}-ca`, replication: `${member}-replication` };
}

/** Service that other regions connect to. It leads to the primary, or to what would be it after a promotion. */
export function nameExposedService(clusterName: string): string {
  return `${clusterName}-regions`;
}

/** Host name under which gateways reach whichever region writes; an operator turns it. */
export function nameWriterAlias(clusterName: string): string {
  return `${clusterName}-writer`;
}

/**
 * What a Cluster of CloudNativePG says about the other regions: how it begins, whom it follows and how it is reached.
 *
 * @see https://cloudnative-pg.io/docs/1.28/replica_cluster
 */
export function renderDistribution(input: DistributedClusterInput): Fields {
  const { clusterName, namespace, place, serviceAnnotations } = input;
  const own = selectAddress(place, place.region);
  return {
    bootstrap: renderBootstrap(input),
    ...renderReplica(input),
    externalClusters: renderExternalClusters(input),
    certificates: {
      serverAltDNSNames: [own.host, `${nameWriterAlias(clusterName)}.${namespace}.svc`],
    },
    managed: {
      services: {
        additional: [
          {
            selectorType: 'rw',
            serviceTemplate: {
              metadata: {
                name: nameExposedService(clusterName),
                annotations: {
                  'external-dns.alpha.kubernetes.io/hostname': own.host,
                  ...serviceAnnotations,
                },
              },
              spec: { type: 'LoadBalancer' },
            },
          },
        ],
      },
    },
  };
}

/** Settings of PostgreSQL that only several regions need. */
export function renderDistributionParameters({
  storageGib,
}: DatabasePlan): Readonly<Record<string, string>> {
  const keptMib = Math.floor(storageGib * MIB_PER_GIB * KEPT_LOG_SHARE);
  return { max_slot_wal_keep_size: `${keptMib}MB` };
}

function renderBootstrap({ name, clusterName, database, place }: DistributedClusterInput): Fields {
  const owner = {
    database: database.databaseName,
    owner: database.userName,
    ...(place.passwordOrigin === 'made-here' ? {} : { secret: { name: `${clusterName}-app` } }),
  };
  const initdb = { ...owner, encoding: 'UTF8', dataChecksums: true };
  switch (place.role.kind) {
    case 'replica':
      return {
        pg_basebackup: { source: nameMember(name, place.role.writerRegion), ...owner },
      };
    case 'peer':
      return { initdb: { ...initdb, postInitApplicationSQL: renderGrants(database) } };
    case 'writer':
    case 'member':
      return { initdb };
  }
}

/** The gateway's role exchanges the rows of its own tables, and needs no superuser for it. */
function renderGrants({ userName }: DatabasePlan): readonly string[] {
  return [`ALTER ROLE "${userName}" REPLICATION`, `GRANT pg_create_subscription TO "${userName}"`];
}

function renderReplica({ name, place }: DistributedClusterInput): Fields {
  const { role, region } = place;
  if (role.kind !== 'writer' && role.kind !== 'replica') return {};
  const writer = role.kind === 'writer' ? region : role.writerRegion;
  return {
    replica: {
      self: nameMember(name, region),
      primary: nameMember(name, writer),
      source: nameMember(name, selectSource(place)),
    },
  };
}

function renderExternalClusters(input: DistributedClusterInput): readonly Fields[] {
  const { role, regions } = input.place;
  return role.kind === 'writer' || role.kind === 'replica'
    ? regions.map((address) => renderExternalCluster(input, address))
    : [];
}

function renderExternalCluster(
  { name, clusterName, place }: DistributedClusterInput,
  { region, host, port }: DatabaseAddress,
): Fields {
  const secrets =
    region === place.region
      ? { authority: `${clusterName}-ca`, replication: `${clusterName}-replication` }
      : namePeerSecrets(name, region);
  return {
    name: nameMember(name, region),
    connectionParameters: {
      host,
      port: String(port),
      user: REPLICATION_USER,
      dbname: 'postgres',
      sslmode: 'verify-full',
    },
    sslKey: { name: secrets.replication, key: 'tls.key' },
    sslCert: { name: secrets.replication, key: 'tls.crt' },
    sslRootCert: { name: secrets.authority, key: 'ca.crt' },
  };
}
