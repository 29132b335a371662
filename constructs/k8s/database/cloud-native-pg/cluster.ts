import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Endpoint, RegionPlan } from '../../../../lib';
import { IMAGES, renderImage } from '../../../../lib/images';
import { DEFAULT_CLOUD_NATIVE_PG_NAMESPACE } from '../../defaults';
import { KEPT_BY_GITOPS } from '../../foundation/kept-by-gitops';
import { objectLabels } from '../../foundation/labels';
import type { PodsSpec } from '../../foundation/pod-choices';
import type { SecretKeyReference } from '../../foundation/secret-key-reference';
import { renderSpread, type SpreadChoice } from '../../foundation/spread';
import {
  addressesOf,
  createIngressPolicy,
  podsOfComponent,
  podsOfNamespace,
  podsWith,
} from '../../network/network-policy';
import type { Sizes } from '../../foundation/sizes';
import type { CloudNativePgChoice, DatabaseAccess, DatabasePods } from '../choice';
import { Database } from '../database';
import { type DatabasePlace, listPeers, selectAddress } from '../place';
import { createCloudNativePgArchive, renderArchivePlugins } from './archive';
import { nameWriterAlias, renderDistribution, renderDistributionParameters } from './distributed';
import { renderOperatorPlacement } from './placement';
import { createCloudNativePgPooler } from './pooler';

export interface CloudNativePgClusterProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly target: CloudNativePgChoice;
  readonly spread: SpreadChoice;
  readonly pods: Pick<PodsSpec, 'database' | 'pooler'>;
  readonly sizes: Sizes;
  /** Null: there is no other region. */
  readonly place: DatabasePlace | null;
}

export const CLOUD_NATIVE_PG_API = 'postgresql.cnpg.io/v1';
const COMPONENT = 'postgres';
/** How the operator asks instances how they are. */
const STATUS_PORT = 8000;
const METRICS_PORT = 9187;

/**
 * PostgreSQL 16 under CloudNativePG behind PgBouncers: a primary and synchronous standbys, kept apart as `spread` says. The
 * operator makes up the password of the gateway's role.
 *
 * Costs: at the defaults 3 pods of half a core, 4 GiB of memory and 100 GiB of disk, and 4 small pods of PgBouncer.
 * Needs CloudNativePG 1.26 or newer.
 * Survives: the loss of the primary, a replica or, with `Spread.zones()`, a zone, without losing an acknowledged write. The loss of the
 * operator: PostgreSQL goes on, and fails over when the operator is back.
 * Does not survive: `kubectl delete` of the Cluster, with which the operator deletes the claims of the volumes; choose a
 * storage class that retains them. The loss of all volumes; see `archive` and `Backup`.
 */
export class CloudNativePgCluster extends Database {
  readonly kind = 'cloud-native-pg';
  /** The main resource: the Cluster. */
  readonly resource: ApiObject;
  /** Leads to the primary. */
  readonly pooler: ApiObject;
  /** Leads to the replicas. */
  readonly readerPooler: ApiObject;
  readonly writer: Endpoint;
  readonly reader: Endpoint;
  readonly primary: Endpoint;
  readonly databaseName: string;
  readonly readerDatabaseName: string;
  readonly userName: string;
  readonly password: SecretKeyReference;
  readonly sslMode: DatabaseAccess['sslMode'];
  readonly pods: DatabasePods;
  private readonly props: CloudNativePgClusterProps;
  private readonly name: string;

  constructor(scope: Construct, id: string, props: CloudNativePgClusterProps) {
    super(scope, id);
    const { plan, namespace, target } = props;
    const { port, databaseName, userName } = plan.database;
    this.props = props;
    this.name = `${plan.name}-postgres`;
    this.databaseName = databaseName;
    this.readerDatabaseName = databaseName;
    this.userName = userName;
    // The operator makes this Secret, with 64 letters and digits.
    this.password = { secretName: `${this.name}-app`, key: 'password' };
    this.primary = { host: `${this.name}-rw.${namespace}.svc`, port };
    const pooler = `${plan.name}-pooler.${namespace}.svc`;
    const alias = this.createWriterAlias(pooler);
    this.writer = { host: alias ?? pooler, port };
    // Writes may cross to another region; the certificate of each holds the name of the alias.
    this.sslMode = alias === null ? null : 'require';
    this.reader = { host: `${plan.name}-pooler-ro.${namespace}.svc`, port };
    this.pods = this.describePods();

    this.resource = this.createCluster();
    this.pooler = createCloudNativePgPooler(this, 'Pooler', {
      ...props,
      clusterName: this.name,
      kind: 'rw',
    });
    this.readerPooler = createCloudNativePgPooler(this, 'ReaderPooler', {
      ...props,
      clusterName: this.name,
      kind: 'ro',
    });
    if (target.archive !== undefined) {
      const { archive } = target;
      const prefix = archive.prefix ?? plan.name;
      createCloudNativePgArchive(this, {
        ...props,
        // The log of one region must not end up among that of another.
        archive:
          props.place === null
            ? archive
            : { ...archive, prefix: `${prefix}/${props.place.region}` },
        name: this.name,
      });
    }
    this.allowOperatorMembersAndPoolers();
  }

  /** A name that leads to whichever region writes. Null: this region's own database takes its writes. */
  private createWriterAlias(pooler: string): string | null {
    const { plan, namespace, place } = this.props;
    if (place === null || place.writesGoTo === 'own') return null;
    const name = nameWriterAlias(this.name);
    const { role } = place;
    new k8s.KubeService(this, 'WriterAlias', {
      metadata: { name, namespace, labels: objectLabels(plan.name, COMPONENT) },
      spec: {
        type: 'ExternalName',
        externalName:
          role.kind === 'replica'
            ? selectAddress(place, role.writerRegion).host
            : `${pooler}.cluster.local`,
      },
    });
    return `${name}.${namespace}.svc`;
  }

  private createCluster(): ApiObject {
    const { plan, namespace, target, place, pods, sizes } = this.props;
    const { database } = plan;
    const memory = `${sizes.database.memoryMib}Mi`;
    return new ApiObject(this, 'Resource', {
      apiVersion: CLOUD_NATIVE_PG_API,
      kind: 'Cluster',
      metadata: {
        name: this.name,
        namespace,
        labels: { ...objectLabels(plan.name, COMPONENT) },
        annotations: { ...KEPT_BY_GITOPS },
      },
      spec: {
        imageName: target.image ?? renderImage(IMAGES.cloudNativePg),
        instances: database.readReplicas + 1,
        primaryUpdateStrategy: 'unsupervised',
        // A restart in place would keep the gateway from writing for as long as it takes.
        primaryUpdateMethod: 'switchover',
        enableSuperuserAccess: false,
        enablePDB: true,
        bootstrap: {
          initdb: {
            database: database.databaseName,
            owner: database.userName,
            encoding: 'UTF8',
            dataChecksums: true,
          },
        },
        postgresql: {
          parameters: {
            ...renderParameters(plan, sizes),
            ...(place === null ? {} : renderDistributionParameters(database)),
          },
          // As with Patroni: any standby confirms each write, and while there is none the primary goes on alone.
          synchronous: { method: 'any', number: 1, dataDurability: 'preferred' },
        },
        storage: {
          size: `${database.storageGib}Gi`,
          ...(target.storageClassName === undefined
            ? {}
            : { storageClass: target.storageClassName }),
        },
        resources: {
          requests: { cpu: `${sizes.database.cpuMillicores}m`, memory },
          limits: { memory },
        },
        topologySpreadConstraints: renderSpread(this.props.spread, this.pods.members),
        ...renderOperatorPlacement(pods.database),
        ...(target.archive === undefined ? {} : { plugins: renderArchivePlugins(this.name) }),
        ...(place === null
          ? {}
          : renderDistribution({
              name: plan.name,
              namespace,
              clusterName: this.name,
              database,
              place,
              serviceAnnotations: target.serviceAnnotations ?? {},
            })),
      },
    });
  }

  /** The operator sets these labels by itself. */
  private describePods(): DatabasePods {
    const members = { 'cnpg.io/cluster': this.name, 'cnpg.io/podRole': 'instance' };
    return {
      members,
      primary: { ...members, 'cnpg.io/instanceRole': 'primary' },
      replicas: { ...members, 'cnpg.io/instanceRole': 'replica' },
      poolers: ['pooler', 'pooler-ro'].map((name) => ({
        'cnpg.io/poolerName': `${this.props.plan.name}-${name}`,
      })),
      metrics: [{ component: COMPONENT, pods: members, portName: 'metrics', port: METRICS_PORT }],
    };
  }

  private allowOperatorMembersAndPoolers(): void {
    const { plan, namespace, target, place } = this.props;
    const instance = plan.name;
    const otherRegions =
      place === null ? [] : listPeers(place).map(({ clientCidr }) => addressesOf(clientCidr));
    const operator = podsOfNamespace(
      target.operatorNamespace ?? DEFAULT_CLOUD_NATIVE_PG_NAMESPACE,
      {
        'app.kubernetes.io/name': 'cloudnative-pg',
      },
    );
    // Jobs that make a new instance carry the name of the cluster too, and copy from the primary.
    const members = podsWith({ 'cnpg.io/cluster': this.name });
    createIngressPolicy(this, 'AllowPostgres', {
      instance,
      namespace,
      name: 'allow-postgres',
      pods: this.pods.members,
      openings: [
        {
          from: [...this.pods.poolers.map(podsWith), members, operator, ...otherRegions],
          ports: [plan.database.port],
        },
        { from: [members, operator], ports: [STATUS_PORT] },
      ],
    });
    this.pods.poolers.forEach((pods, index) => {
      createIngressPolicy(this, `AllowPooler${index}`, {
        instance,
        namespace,
        name: index === 0 ? 'allow-pooler' : 'allow-pooler-ro',
        pods,
        openings: [{ from: [podsOfComponent(instance, 'gateway')], ports: [plan.database.port] }],
      });
    });
  }
}

/** The operator wants every value as text, and sets what replication needs by itself. */
function renderParameters(
  { database }: RegionPlan,
  sizes: Sizes,
): Readonly<Record<string, string>> {
  return {
    max_connections: String(database.maxConnections),
    shared_buffers: `${sizes.database.sharedBuffersMib}MB`,
    log_min_duration_statement: '1000',
    idle_in_transaction_session_timeout: '60s',
    tcp_keepalives_idle: '10',
    tcp_keepalives_interval: '5',
    tcp_keepalives_count: '3',
  };
}
