import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import {
  type Endpoint,
  GATEWAY_ENVIRONMENT,
  type Problem,
  type RegionPlan,
  SpecError,
} from '../../../lib';
import { IMAGES, renderImage } from '../../../lib/images';
import {
  type RedisClusterMembership,
  renderKeepRedisCluster,
  renderProbeRedisCluster,
  renderRedisCluster,
  renderStartRedisCluster,
  renderStopRedisCluster,
} from '../../../lib/render';
import { createContentConfigMap } from '../foundation/content-config-map';
import { objectLabels, selectorLabels } from '../foundation/labels';
import { choosePod } from '../foundation/choose-pod';
import type { PodChoices } from '../foundation/pod-choices';
import { RESTRICTED_CONTAINER, restrictedPod } from '../foundation/pod-security';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import { NODE, type SpreadChoice, ZONE } from '../foundation/spread';
import { createIngressPolicy, podsOfComponent } from '../network/network-policy';
import { type Secrets, secretVariable } from '../secrets/secrets';
import type { Sizes } from '../foundation/sizes';
import { Cache } from './cache';
import type { CachePods, RedisClusterChoice } from './choice';
import { renderClusterNodes } from './existing-cache';

export interface RedisClusterProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly secrets: Secrets;
  readonly spread: SpreadChoice;
  readonly pod: PodChoices;
  readonly sizes: Sizes;
  readonly target: RedisClusterChoice;
}

/** What a member is meant to be; after a failover it is the other one for a while. */
type Role = 'primary' | 'replica';

/** The user `valkey` of the image. */
const USER = { userId: 999, groupId: 1000 };
const COMPONENT = 'redis';
const CONFIG_FOLDER = '/etc/redis';
const RUN_FOLDER = '/run/redis';
const DATA_FOLDER = '/data';
const SHARDS = 3;
const MEMORY_MIB = { least: 64, most: 65_536 } as const;
/** While the append-only file is rewritten, the old one and the new one lie side by side. */
const STORAGE_TIMES_MEMORY = 4;
/** Members talk to each other at this port above their own. */
const BUS_OFFSET = 10_000;
/** Number of a member, written on its pod since Kubernetes 1.28. */
const POD_INDEX = 'apps.kubernetes.io/pod-index';
const ROLE = 'litellm-ha/role';

/**
 * Redis Cluster (Valkey): three shards, each a primary and a replica elsewhere. A sidecar of each member forms the
 * cluster, lets members come back under new addresses and without their volumes, and gives primaries their role back, so
 * that with `Spread.zones()` no zone, and with `Spread.nodes()` no node, ever holds two of the three.
 *
 * Costs: at the defaults 6 pods of a tenth of a core, 576 MiB and 8 GiB of disk.
 * Survives: the loss of a member, and of a zone or a node as `spread` says, within about eight seconds; a drained
 * machine hands the role over first.
 * Does not survive: the loss of two of them at once. The loss of both members of a shard loses what it held, a third of
 * the cache, and the shard starts empty.
 */
export class RedisCluster extends Cache {
  readonly kind = 'cluster';
  /** The main resource: the StatefulSet of the members that are meant to be primaries. */
  readonly resource: k8s.KubeStatefulSet;
  readonly replicas: k8s.KubeStatefulSet;
  /** Each member by its own name. */
  readonly nodes: readonly Endpoint[];
  readonly primary: Endpoint;
  readonly environment: Readonly<Record<string, string>>;
  readonly secretEnvironment: Readonly<Record<string, SecretKeyReference>>;
  readonly pods: CachePods;
  private readonly props: RedisClusterProps;
  private readonly name: string;
  private readonly host: string;

  constructor(scope: Construct, id: string, props: RedisClusterProps) {
    super(scope, id);
    const { plan, namespace, secrets } = props;
    const problems = findProblems(props);
    if (problems.length > 0) throw new SpecError(`${plan.name} on k8s`, problems);
    this.props = props;
    this.name = `${plan.name}-redis`;
    this.host = `${this.name}.${namespace}.svc`;
    this.pods = { members: selectorLabels(plan.name, COMPONENT), sentinels: null };
    const members = this.planMembership();
    this.nodes = [...members.primaryHosts, ...members.replicaHosts].map((host) => ({
      host,
      port: plan.cache.port,
    }));
    this.primary = { host: this.host, port: plan.cache.port };
    this.environment = { [GATEWAY_ENVIRONMENT.redisClusterNodes]: renderClusterNodes(this.nodes) };
    this.secretEnvironment = { [GATEWAY_ENVIRONMENT.redisPassword]: secrets.cachePassword };

    const configName = this.createShared(members);
    this.resource = this.createSet('Resource', 'primary', configName);
    this.replicas = this.createSet('Replicas', 'replica', configName);
    this.allowEachOtherAndGateway();
  }

  private planMembership(): RedisClusterMembership {
    const { cache } = this.props.plan;
    const hosts = (role: Role): readonly string[] =>
      Array.from({ length: SHARDS }, (_, shard) => `${this.nameOf(role)}-${shard}.${this.host}`);
    return {
      runFolder: RUN_FOLDER,
      configFolder: CONFIG_FOLDER,
      port: cache.port,
      primaryHosts: hosts('primary'),
      replicaHosts: hosts('replica'),
      cliProgram: 'valkey-cli',
      serverProgram: 'valkey-server',
    };
  }

  private createShared(members: RedisClusterMembership): string {
    const { cache } = this.props.plan;
    const metadata = this.metadata(this.name);
    const data = {
      'redis.conf': renderRedisCluster({
        port: cache.port,
        dataFolder: DATA_FOLDER,
        maxMemoryMib: this.memoryMib(),
      }),
      'start-redis.sh': renderStartRedisCluster(members),
      'keep-redis.sh': renderKeepRedisCluster(members),
      'stop-redis.sh': renderStopRedisCluster(members),
      'probe-redis.sh': renderProbeRedisCluster(members),
    };
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata,
      automountServiceAccountToken: false,
    });
    const config = createContentConfigMap(this, 'Config', {
      metadata: { ...metadata, name: this.name },
      content: { data },
    });
    new k8s.KubeService(this, 'Service', {
      metadata,
      spec: {
        clusterIp: 'None',
        // Members find each other before they are ready.
        publishNotReadyAddresses: true,
        selector: { ...this.pods.members },
        ports: [{ name: COMPONENT, port: cache.port, protocol: 'TCP' }],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'DisruptionBudget', {
      metadata,
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: this.pods.members },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    return config.name;
  }

  private createSet(id: string, role: Role, configName: string): k8s.KubeStatefulSet {
    const { plan, namespace } = this.props;
    const selector = { ...this.pods.members, [ROLE]: role };
    return new k8s.KubeStatefulSet(this, id, {
      metadata: this.metadata(this.nameOf(role)),
      spec: {
        serviceName: this.name,
        replicas: SHARDS,
        podManagementPolicy: 'Parallel',
        minReadySeconds: 10,
        revisionHistoryLimit: 5,
        selector: { matchLabels: selector },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        template: choosePod(
          {
            metadata: {
              labels: { ...objectLabels(plan.name, COMPONENT), [ROLE]: role },
            },
            spec: {
              serviceAccountName: this.name,
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              // The stop script gives up after 115 seconds.
              terminationGracePeriodSeconds: 150,
              securityContext: restrictedPod(USER),
              topologySpreadConstraints: this.renderSpread(role),
              containers: [this.renderServer(), this.renderKeeper()],
              volumes: [
                { name: 'config', configMap: { name: configName } },
                { name: 'run', emptyDir: {} },
                { name: 'tmp', emptyDir: {} },
              ],
            },
          },
          this.props.pod,
        ),
        volumeClaimTemplates: [
          {
            metadata: { name: 'data', namespace, labels: objectLabels(plan.name, COMPONENT) },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: {
                requests: {
                  storage: k8s.Quantity.fromString(`${this.storageGib()}Gi`),
                },
              },
            },
          },
        ],
      },
    });
  }

  /**
   * A majority of primaries has to outlive the loss of a zone, or of a node where nodes are what keeps members apart, so
   * primaries are in different ones, strictly. A replica is in another one than its primary, strictly. Everything else
   * is a preference, or the last pod could find no node. The API server refuses two rules with the same key and strictness.
   */
  private renderSpread(role: Role): k8s.TopologySpreadConstraint[] {
    const { kind } = this.props.spread;
    const all = { labelSelector: { matchLabels: this.pods.members } };
    const ofRole = { labelSelector: { matchLabels: { ...this.pods.members, [ROLE]: role } } };
    // The members of the same number are a shard.
    const ofShard = { ...all, matchLabelKeys: [POD_INDEX] };
    const [own, other] = role === 'primary' ? [ofRole, ofShard] : [ofShard, ofRole];
    const common = { maxSkew: 1, nodeTaintsPolicy: 'Honor' };
    const strictly = { ...common, whenUnsatisfiable: 'DoNotSchedule' };
    const preferably = { ...common, whenUnsatisfiable: 'ScheduleAnyway' };
    switch (kind) {
      case 'zones':
        return [
          { ...strictly, topologyKey: ZONE, ...own },
          { ...preferably, topologyKey: ZONE, ...other },
          { ...preferably, topologyKey: NODE, ...all },
        ];
      case 'nodes':
        return [
          { ...strictly, topologyKey: NODE, ...own },
          { ...preferably, topologyKey: NODE, ...other },
          { ...preferably, topologyKey: ZONE, ...own },
        ];
      case 'preferred':
        return [
          { ...preferably, topologyKey: NODE, ...own },
          { ...preferably, topologyKey: ZONE, ...own },
        ];
    }
  }

  private renderServer(): k8s.Container {
    const { cache } = this.props.plan;
    const ping = { exec: { command: ['sh', '-c', `[ "$(valkey-cli ping)" = PONG ]`] } };
    const probe = { exec: { command: ['sh', `${CONFIG_FOLDER}/probe-redis.sh`] } };
    return {
      ...this.renderContainer('redis', 'start-redis.sh', {
        cpuMillicores: this.props.sizes.redis.cpuMillicores,
        memoryMib: 2 * this.memoryMib(),
      }),
      ports: [
        { name: COMPONENT, containerPort: cache.port, protocol: 'TCP' },
        { name: 'bus', containerPort: cache.port + BUS_OFFSET, protocol: 'TCP' },
      ],
      startupProbe: { ...ping, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 60 },
      readinessProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2 },
      livenessProbe: { ...ping, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
      lifecycle: { preStop: { exec: { command: ['sh', `${CONFIG_FOLDER}/stop-redis.sh`] } } },
    };
  }

  private renderKeeper(): k8s.Container {
    return this.renderContainer('keeper', 'keep-redis.sh', { cpuMillicores: 20, memoryMib: 64 });
  }

  private renderContainer(
    name: string,
    script: string,
    size: { readonly cpuMillicores: number; readonly memoryMib: number },
  ): k8s.Container {
    const memory = k8s.Quantity.fromString(`${size.memoryMib}Mi`);
    return {
      name,
      image: renderImage(IMAGES.valkey),
      command: ['sh', `${CONFIG_FOLDER}/${script}`],
      env: [
        secretVariable('REDIS_PASSWORD', this.props.secrets.cachePassword),
        // The names under which old and new command line tools look for it.
        { name: 'REDISCLI_AUTH', value: '$(REDIS_PASSWORD)' },
        { name: 'VALKEYCLI_AUTH', value: '$(REDIS_PASSWORD)' },
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'SELF_ADDRESS', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'SELF_HOST', value: `$(POD_NAME).${this.host}` },
      ],
      resources: {
        requests: { cpu: k8s.Quantity.fromString(`${size.cpuMillicores}m`), memory },
        limits: { memory },
      },
      securityContext: RESTRICTED_CONTAINER,
      volumeMounts: [
        { name: 'config', mountPath: CONFIG_FOLDER, readOnly: true },
        { name: 'run', mountPath: RUN_FOLDER },
        { name: 'tmp', mountPath: '/tmp' },
        { name: 'data', mountPath: DATA_FOLDER },
      ],
    };
  }

  private allowEachOtherAndGateway(): void {
    const { plan, namespace } = this.props;
    const members = podsOfComponent(plan.name, COMPONENT);
    createIngressPolicy(this, 'AllowRedis', {
      instance: plan.name,
      namespace,
      name: 'allow-redis',
      pods: this.pods.members,
      openings: [
        { from: [podsOfComponent(plan.name, 'gateway'), members], ports: [plan.cache.port] },
        { from: [members], ports: [plan.cache.port + BUS_OFFSET] },
      ],
    });
  }

  private memoryMib(): number {
    return memoryMibOf(this.props);
  }

  private storageGib(): number {
    return Math.max(
      this.props.sizes.redis.storageGib,
      Math.ceil((STORAGE_TIMES_MEMORY * this.memoryMib()) / 1024),
    );
  }

  private nameOf(role: Role): string {
    return `${this.name}-${role}`;
  }

  private metadata(name: string): k8s.ObjectMeta {
    return {
      name,
      namespace: this.props.namespace,
      labels: objectLabels(this.props.plan.name, COMPONENT),
    };
  }
}

function memoryMibOf({ target, sizes }: RedisClusterProps): number {
  return target.memoryMibPerShard ?? sizes.redis.maxMemoryMib;
}

function findProblems(props: RedisClusterProps): readonly Problem[] {
  const { plan, spread } = props;
  const memoryMib = memoryMibOf(props);
  const { least, most } = MEMORY_MIB;
  return [
    ...(spread.kind !== 'zones' || plan.cache.zones >= SHARDS
      ? []
      : [
          {
            rule: 'k8s.cache.zones',
            path: 'zones',
            allowed: `be ${SHARDS} or more with Cache.cluster(), because two of its three primaries must outlive a zone`,
            got: String(plan.cache.zones),
            fix: 'raise it, or choose Cache.sentinel() or Spread.nodes()',
          },
        ]),
    ...(Number.isInteger(memoryMib) && memoryMib >= least && memoryMib <= most
      ? []
      : [
          {
            rule: 'k8s.cache.memory',
            path: 'cache.memoryMibPerShard',
            allowed: `be a whole number from ${least} to ${most} (MiB)`,
            got: String(memoryMib),
            fix: memoryMib > most ? 'lower it' : 'raise it',
          },
        ]),
  ];
}
