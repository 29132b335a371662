import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Endpoint, RegionPlan } from '../../../lib';
import { IMAGES, renderImage } from '../../../lib/images';
import { renderCreateDatabase, renderPatroni } from '../../../lib/render';
import { createContentConfigMap } from '../foundation/content-config-map';
import { objectLabels, selectorLabels } from '../foundation/labels';
import { choosePod } from '../foundation/choose-pod';
import type { PodsSpec } from '../foundation/pod-choices';
import { RESTRICTED_CONTAINER, restrictedPod } from '../foundation/pod-security';
import { PATRONI_PORT, POOLER_PORT } from '../foundation/ports';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import { renderSpread, type SpreadChoice } from '../foundation/spread';
import { createIngressPolicy, podsOfComponent } from '../network/network-policy';
import { DATABASE_PASSWORD, type Secrets, secretVariable } from '../secrets/secrets';
import type { Sizes } from '../foundation/sizes';
import type { DatabasePods } from './choice';
import { Database } from './database';
import { Pooler } from './pooler';

export interface PatroniClusterProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly secrets: Secrets;
  readonly spread: SpreadChoice;
  readonly pods: Pick<PodsSpec, 'database' | 'pooler'>;
  readonly sizes: Sizes;
}

/** The user `postgres` of Spilo's image. */
const USER = { userId: 101, groupId: 103 };
const COMPONENT = 'postgres';
const CONFIG_FOLDER = '/etc/patroni';
const VOLUME_FOLDER = '/home/postgres/pgdata';
const RUN_FOLDER = '/run/postgresql';

/**
 * PostgreSQL 16 under Patroni behind two PgBouncers: a primary, a synchronous standby and further replicas, kept
 * apart as `spread` says. The state of the cluster is kept in Endpoints, so whoever holds the primary's lock is also whom the
 * Service leads to.
 *
 * Costs: at the defaults 3 pods of half a core, 4 GiB of memory and 100 GiB of disk.
 * Survives: the loss of the primary, a replica or, with `Spread.zones()`, a zone, without losing an acknowledged write; `kubectl delete -f`:
 * volumes and passwords stay.
 * Does not survive: the loss of all volumes; see `Backup`. Encryption at rest is the storage class's.
 * Later changes of `maxConnections` reach a running cluster by `patronictl edit-config` only.
 */
export class PatroniCluster extends Database {
  readonly kind = 'patroni';
  /** The main resource: the StatefulSet of the members. */
  readonly resource: k8s.KubeStatefulSet;
  readonly pooler: Pooler;
  readonly writer: Endpoint;
  readonly reader: Endpoint;
  readonly primary: Endpoint;
  readonly databaseName: string;
  readonly readerDatabaseName: string;
  readonly userName: string;
  readonly password: SecretKeyReference;
  readonly sslMode = null;
  readonly pods: DatabasePods;
  private readonly name: string;
  private readonly props: PatroniClusterProps;

  constructor(scope: Construct, id: string, props: PatroniClusterProps) {
    super(scope, id);
    const { database, name } = props.plan;
    this.props = props;
    this.name = `${name}-postgres`;
    this.createPermissions();
    this.resource = this.createMembers(this.createConfig());
    const primary = this.createPrimaryService();
    const replicas = this.createReplicasService();
    this.createDisruptionBudget();
    this.databaseName = database.databaseName;
    this.readerDatabaseName = `${database.databaseName}_readonly`;
    this.userName = database.userName;
    this.password = props.secrets.databasePassword;
    this.pods = this.describePods();
    this.allowMembersAndPoolers();
    this.pooler = new Pooler(this, 'Pooler', {
      plan: props.plan,
      namespace: props.namespace,
      users: props.secrets.poolerUsers,
      spread: props.spread,
      pod: props.pods.pooler,
      size: props.sizes.pooler,
      databases: [
        {
          name: database.databaseName,
          server: { host: primary, port: database.port },
          serverDatabaseName: database.databaseName,
        },
        {
          name: this.readerDatabaseName,
          server: { host: replicas, port: database.port },
          serverDatabaseName: database.databaseName,
        },
      ],
    });
    this.primary = { host: primary, port: database.port };
    this.writer = this.pooler.endpoint;
    this.reader = this.pooler.endpoint;
  }

  /** Patroni keeps its state in Endpoints and its role in the labels of its pods. */
  private createPermissions(): void {
    const metadata = this.metadata(this.name);
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata,
      automountServiceAccountToken: false,
    });
    new k8s.KubeRole(this, 'Role', {
      metadata,
      rules: [
        {
          apiGroups: [''],
          resources: ['endpoints'],
          verbs: [
            'create',
            'get',
            'list',
            'patch',
            'update',
            'watch',
            'delete',
            'deletecollection',
          ],
        },
        {
          apiGroups: [''],
          resources: ['pods'],
          verbs: ['get', 'list', 'patch', 'update', 'watch'],
        },
      ],
    });
    new k8s.KubeRoleBinding(this, 'RoleBinding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: this.name },
      subjects: [{ kind: 'ServiceAccount', name: this.name, namespace: this.props.namespace }],
    });
  }

  private createConfig(): string {
    const { database } = this.props.plan;
    const binFolder = `/usr/lib/postgresql/${database.majorVersion}/bin`;
    const data = {
      'patroni.yml': renderPatroni({
        scope: this.name,
        postgresPort: database.port,
        restPort: PATRONI_PORT,
        dataFolder: `${VOLUME_FOLDER}/pgroot/data`,
        binFolder,
        runFolder: RUN_FOLDER,
        maxConnections: database.maxConnections,
        sharedBuffersMib: this.props.sizes.database.sharedBuffersMib,
        databaseName: database.databaseName,
        userName: database.userName,
        createDatabaseScript: `${CONFIG_FOLDER}/create-database.sh`,
        stateStore: this.renderStateStore(),
      }),
      'create-database.sh': renderCreateDatabase({
        binFolder,
        databaseName: database.databaseName,
        userName: database.userName,
      }),
    };
    return createContentConfigMap(this, 'Config', {
      metadata: { ...this.metadata(this.name), name: this.name },
      content: { data },
    }).name;
  }

  private renderStateStore(): Readonly<Record<string, unknown>> {
    return {
      kubernetes: {
        labels: this.selector(),
        scope_label: 'litellm-ha/cluster',
        role_label: 'litellm-ha/role',
        leader_label_value: 'primary',
        follower_label_value: 'replica',
        use_endpoints: true,
        ports: [{ name: 'postgres', port: this.props.plan.database.port }],
      },
    };
  }

  private createMembers(configName: string): k8s.KubeStatefulSet {
    const { plan, namespace } = this.props;
    new k8s.KubeService(this, 'Members', {
      metadata: this.metadata(`${this.name}-members`),
      spec: {
        clusterIp: 'None',
        // Members find each other before they are ready.
        publishNotReadyAddresses: true,
        selector: this.selector(),
        ports: [{ name: 'postgres', port: plan.database.port, protocol: 'TCP' }],
      },
    });
    return new k8s.KubeStatefulSet(this, 'Resource', {
      metadata: this.metadata(this.name),
      spec: {
        serviceName: `${this.name}-members`,
        replicas: plan.database.readReplicas + 1,
        // A first member that cannot start must not keep the others from electing a primary.
        podManagementPolicy: 'Parallel',
        minReadySeconds: 10,
        revisionHistoryLimit: 5,
        selector: { matchLabels: this.selector() },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        template: choosePod(
          {
            metadata: {
              labels: { ...objectLabels(plan.name, COMPONENT), 'litellm-ha/cluster': this.name },
            },
            spec: {
              serviceAccountName: this.name,
              automountServiceAccountToken: true,
              enableServiceLinks: false,
              // A fast shutdown with its checkpoint; a killed one replays its log instead.
              terminationGracePeriodSeconds: 120,
              securityContext: restrictedPod(USER),
              topologySpreadConstraints: renderSpread(this.props.spread, this.selector()),
              containers: [this.renderContainer()],
              volumes: [
                { name: 'config', configMap: { name: configName, defaultMode: 0o555 } },
                { name: 'run', emptyDir: {} },
                { name: 'tmp', emptyDir: {} },
                {
                  name: 'shared-memory',
                  emptyDir: { medium: 'Memory', sizeLimit: k8s.Quantity.fromString('256Mi') },
                },
              ],
            },
          },
          this.props.pods.database,
        ),
        volumeClaimTemplates: [
          {
            metadata: { name: 'data', namespace, labels: objectLabels(plan.name, COMPONENT) },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: {
                requests: { storage: k8s.Quantity.fromString(`${plan.database.storageGib}Gi`) },
              },
            },
          },
        ],
      },
    });
  }

  private renderContainer(): k8s.Container {
    const { secrets, plan, sizes } = this.props;
    const rest = k8s.IntOrString.fromString('rest');
    const probe = { periodSeconds: 10, timeoutSeconds: 5 };
    return {
      name: 'patroni',
      image: renderImage(IMAGES.patroni),
      command: ['patroni', `${CONFIG_FOLDER}/patroni.yml`],
      env: [
        fieldVariable('POD_IP', 'status.podIP'),
        fieldVariable('PATRONI_NAME', 'metadata.name'),
        fieldVariable('PATRONI_KUBERNETES_NAMESPACE', 'metadata.namespace'),
        { name: 'PATRONI_KUBERNETES_POD_IP', value: '$(POD_IP)' },
        {
          name: 'PATRONI_POSTGRESQL_CONNECT_ADDRESS',
          value: `$(POD_IP):${plan.database.port}`,
        },
        { name: 'PATRONI_RESTAPI_CONNECT_ADDRESS', value: `$(POD_IP):${PATRONI_PORT}` },
        secretVariable('PATRONI_SUPERUSER_PASSWORD', secrets.databaseSuperuserPassword),
        secretVariable('PATRONI_REPLICATION_PASSWORD', secrets.databaseReplicationPassword),
        secretVariable('PATRONI_REWIND_PASSWORD', secrets.databaseRewindPassword),
        secretVariable(DATABASE_PASSWORD, secrets.databasePassword),
      ],
      ports: [
        { name: 'postgres', containerPort: plan.database.port, protocol: 'TCP' },
        { name: 'rest', containerPort: PATRONI_PORT, protocol: 'TCP' },
      ],
      // A replica that copies a large database is alive and not ready for as long as it takes.
      startupProbe: { ...probe, httpGet: { path: '/liveness', port: rest }, failureThreshold: 30 },
      readinessProbe: {
        ...probe,
        httpGet: { path: '/readiness', port: rest },
        failureThreshold: 3,
      },
      livenessProbe: { ...probe, httpGet: { path: '/liveness', port: rest }, failureThreshold: 6 },
      resources: {
        requests: {
          cpu: k8s.Quantity.fromString(`${sizes.database.cpuMillicores}m`),
          memory: k8s.Quantity.fromString(`${sizes.database.memoryMib}Mi`),
        },
        limits: { memory: k8s.Quantity.fromString(`${sizes.database.memoryMib}Mi`) },
      },
      securityContext: RESTRICTED_CONTAINER,
      volumeMounts: [
        { name: 'config', mountPath: CONFIG_FOLDER, readOnly: true },
        { name: 'data', mountPath: VOLUME_FOLDER },
        { name: 'run', mountPath: RUN_FOLDER },
        { name: 'tmp', mountPath: '/tmp' },
        { name: 'shared-memory', mountPath: '/dev/shm' },
      ],
    };
  }

  /** No selectors: Patroni itself writes the primary's address into the Endpoints of this name, in one step with its lock. */
  private createPrimaryService(): string {
    const port = this.props.plan.database.port;
    new k8s.KubeService(this, 'Primary', {
      metadata: this.metadata(this.name),
      spec: {
        type: 'ClusterIP',
        ports: [{ name: 'postgres', port, protocol: 'TCP' }],
      },
    });
    // The cluster removes Endpoints without a Service, and these two hold Patroni's settings and its synchronous standby.
    for (const kind of ['config', 'sync']) {
      new k8s.KubeService(this, `State-${kind}`, {
        metadata: this.metadata(`${this.name}-${kind}`),
        spec: { clusterIp: 'None' },
      });
    }
    return `${this.name}.${this.props.namespace}.svc`;
  }

  private createReplicasService(): string {
    const name = `${this.name}-replicas`;
    new k8s.KubeService(this, 'Replicas', {
      metadata: this.metadata(name),
      spec: {
        type: 'ClusterIP',
        selector: { ...this.describePods().replicas },
        ports: [{ name: 'postgres', port: this.props.plan.database.port, protocol: 'TCP' }],
      },
    });
    return `${name}.${this.props.namespace}.svc`;
  }

  private describePods(): DatabasePods {
    const members = this.selector();
    return {
      members,
      primary: { ...members, 'litellm-ha/role': 'primary' },
      replicas: { ...members, 'litellm-ha/role': 'replica' },
      poolers: [selectorLabels(this.props.plan.name, 'pooler')],
      // Patroni's port also takes commands.
      metrics: [{ component: COMPONENT, pods: members, portName: 'rest', port: PATRONI_PORT }],
    };
  }

  private allowMembersAndPoolers(): void {
    const { plan, namespace } = this.props;
    const instance = plan.name;
    const [gateway, pooler, members] = ['gateway', 'pooler', COMPONENT].map((component) =>
      podsOfComponent(instance, component),
    ) as [k8s.NetworkPolicyPeer, k8s.NetworkPolicyPeer, k8s.NetworkPolicyPeer];
    createIngressPolicy(this, 'AllowPooler', {
      instance,
      namespace,
      name: 'allow-pooler',
      pods: selectorLabels(instance, 'pooler'),
      openings: [{ from: [gateway], ports: [POOLER_PORT] }],
    });
    createIngressPolicy(this, 'AllowPostgres', {
      instance,
      namespace,
      name: 'allow-postgres',
      pods: this.selector(),
      openings: [
        { from: [pooler, members], ports: [plan.database.port] },
        { from: [members], ports: [PATRONI_PORT] },
      ],
    });
  }

  private createDisruptionBudget(): void {
    new k8s.KubePodDisruptionBudget(this, 'DisruptionBudget', {
      metadata: this.metadata(this.name),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: this.selector() },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }

  private selector(): Record<string, string> {
    return { ...selectorLabels(this.props.plan.name, COMPONENT) };
  }

  private metadata(name: string): k8s.ObjectMeta {
    return {
      name,
      namespace: this.props.namespace,
      labels: objectLabels(this.props.plan.name, COMPONENT),
    };
  }
}

function fieldVariable(name: string, fieldPath: string): k8s.EnvVar {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}
