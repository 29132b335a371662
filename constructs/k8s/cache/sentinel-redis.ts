import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type Endpoint, GATEWAY_ENVIRONMENT, type RegionPlan } from '../../../lib';
import { IMAGES, renderImage } from '../../../lib/images';
import {
  type RedisMembership,
  renderRedis,
  renderSentinel,
  renderStartRedis,
  renderStartSentinel,
  renderStopRedis,
} from '../../../lib/render';
import { createContentConfigMap } from '../foundation/content-config-map';
import { objectLabels, selectorLabels } from '../foundation/labels';
import { choosePod } from '../foundation/choose-pod';
import type { PodChoices } from '../foundation/pod-choices';
import { RESTRICTED_CONTAINER, restrictedPod } from '../foundation/pod-security';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import { renderSpread, type SpreadChoice } from '../foundation/spread';
import { createIngressPolicy, podsOfComponent } from '../network/network-policy';
import { type Secrets, secretVariable } from '../secrets/secrets';
import type { Sizes } from '../foundation/sizes';
import { Cache } from './cache';
import type { CachePods } from './choice';

export interface SentinelRedisProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly secrets: Secrets;
  readonly spread: SpreadChoice;
  readonly pod: PodChoices;
  readonly sizes: Sizes;
}

type Component = 'redis' | 'sentinel';

/** The user `valkey` of the image. */
const USER = { userId: 999, groupId: 1000 };
const CONFIG_FOLDER = '/etc/redis';
const RUN_FOLDER = '/run/redis';
const DATA_FOLDER = '/data';

/**
 * Redis (Valkey) as a primary with replicas, and three Sentinels that make a replica the primary when it is gone.
 * Clients ask the Sentinels.
 *
 * Costs: at the defaults 3 pods of a tenth of a core, 512 MiB and 8 GiB of disk, and 3 small pods of Sentinels.
 * Survives: the loss of the primary, a replica, a Sentinel or, with `Spread.zones()`, a zone within about ten seconds;
 * a drained machine hands the role over first.
 * Does not survive: the loss of two zones at once. Writes of the last second before a crash may be lost; all of them
 * can be rebuilt.
 */
export class SentinelRedis extends Cache {
  readonly kind = 'sentinel';
  /** The main resource: the StatefulSet of Redis. */
  readonly resource: k8s.KubeStatefulSet;
  readonly sentinels: k8s.KubeStatefulSet;
  readonly primary: Endpoint;
  /** Each Sentinel by its own name, as clients want them. */
  readonly sentinelEndpoints: readonly Endpoint[];
  readonly environment: Readonly<Record<string, string>>;
  readonly secretEnvironment: Readonly<Record<string, SecretKeyReference>>;
  readonly pods: CachePods;
  private readonly props: SentinelRedisProps;

  constructor(scope: Construct, id: string, props: SentinelRedisProps) {
    super(scope, id);
    this.props = props;
    const { cache } = props.plan;
    const members = this.planMembership();
    const scripts = {
      'redis.conf': renderRedis({
        port: cache.port,
        dataFolder: DATA_FOLDER,
        maxMemoryMib: props.sizes.redis.maxMemoryMib,
      }),
      'sentinel.conf': renderSentinel(cache.sentinel, '/tmp'),
      'start-redis.sh': renderStartRedis(members),
      'stop-redis.sh': renderStopRedis(members),
      'start-sentinel.sh': renderStartSentinel(members, cache.sentinel),
    };
    const configName = this.createShared(scripts);
    this.resource = this.createRedis(configName);
    this.sentinels = this.createSentinels(configName);
    for (const component of ['redis', 'sentinel'] as const) {
      this.createService(component);
      this.createDisruptionBudget(component);
    }
    this.sentinelEndpoints = members.sentinelHosts.map((host) => ({
      host,
      port: cache.sentinel.port,
    }));
    this.primary = { host: this.hostOf('sentinel'), port: cache.sentinel.port };
    this.environment = {
      [GATEWAY_ENVIRONMENT.redisSentinelNodes]: JSON.stringify(
        this.sentinelEndpoints.map(({ host, port }) => [host, port]),
      ),
      [GATEWAY_ENVIRONMENT.redisSentinelServiceName]: cache.sentinel.serviceName,
    };
    this.secretEnvironment = {
      [GATEWAY_ENVIRONMENT.redisPassword]: props.secrets.cachePassword,
      [GATEWAY_ENVIRONMENT.redisSentinelPassword]: props.secrets.cachePassword,
    };
    this.pods = { members: this.selector('redis'), sentinels: this.selector('sentinel') };
    this.allowEachOtherAndGateway();
  }

  private allowEachOtherAndGateway(): void {
    const { plan, namespace } = this.props;
    const from = ['gateway', 'redis', 'sentinel'].map((component) =>
      podsOfComponent(plan.name, component),
    );
    const allow = (component: Component, port: number): void => {
      createIngressPolicy(this, `Allow-${component}`, {
        instance: plan.name,
        namespace,
        name: `allow-${component}`,
        pods: this.selector(component),
        openings: [{ from, ports: [port] }],
      });
    };
    allow('redis', plan.cache.port);
    allow('sentinel', plan.cache.sentinel.port);
  }

  private planMembership(): RedisMembership {
    const { cache } = this.props.plan;
    const hosts = (component: Component, count: number): readonly string[] =>
      Array.from(
        { length: count },
        (_, ordinal) => `${this.nameOf(component)}-${ordinal}.${this.hostOf(component)}`,
      );
    return {
      runFolder: RUN_FOLDER,
      configFolder: CONFIG_FOLDER,
      redisPort: cache.port,
      redisHosts: hosts('redis', cache.replicas + 1),
      sentinelPort: cache.sentinel.port,
      sentinelHosts: hosts('sentinel', cache.sentinel.count),
      sentinelServiceName: cache.sentinel.serviceName,
      cliProgram: 'valkey-cli',
      serverProgram: 'valkey-server',
    };
  }

  private createShared(data: Readonly<Record<string, string>>): string {
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: this.metadata('redis'),
      automountServiceAccountToken: false,
    });
    return createContentConfigMap(this, 'Config', {
      metadata: { ...this.metadata('redis'), name: this.nameOf('redis') },
      content: { data },
    }).name;
  }

  private createRedis(configName: string): k8s.KubeStatefulSet {
    const { plan, namespace, sizes } = this.props;
    const ping = { exec: { command: ['sh', '-c', `[ "$(valkey-cli ping)" = PONG ]`] } };
    const set = this.renderSet('redis', configName, {
      ...this.renderContainer('redis'),
      // Copying from the primary counts as starting; afterwards it takes seconds.
      startupProbe: { ...ping, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 60 },
      readinessProbe: { ...ping, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
      livenessProbe: { ...ping, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
      lifecycle: { preStop: { exec: { command: ['sh', `${CONFIG_FOLDER}/stop-redis.sh`] } } },
    });
    return new k8s.KubeStatefulSet(this, 'Resource', {
      ...set,
      spec: {
        ...set.spec,
        replicas: plan.cache.replicas + 1,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data', namespace, labels: objectLabels(plan.name, 'redis') },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: {
                requests: { storage: k8s.Quantity.fromString(`${sizes.redis.storageGib}Gi`) },
              },
            },
          },
        ],
      },
    });
  }

  private createSentinels(configName: string): k8s.KubeStatefulSet {
    const { sentinel } = this.props.plan.cache;
    const tcpSocket = { port: k8s.IntOrString.fromString('sentinel') };
    const set = this.renderSet('sentinel', configName, {
      ...this.renderContainer('sentinel'),
      startupProbe: { tcpSocket, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 60 },
      readinessProbe: { tcpSocket, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
      livenessProbe: { tcpSocket, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    });
    return new k8s.KubeStatefulSet(this, 'Sentinels', {
      ...set,
      spec: { ...set.spec, replicas: sentinel.count },
    });
  }

  private renderSet(
    component: Component,
    configName: string,
    container: k8s.Container,
  ): k8s.KubeStatefulSetProps & { readonly spec: k8s.StatefulSetSpec } {
    const selector = this.selector(component);
    return {
      metadata: this.metadata(component),
      spec: {
        serviceName: this.nameOf(component),
        podManagementPolicy: 'Parallel',
        minReadySeconds: 10,
        revisionHistoryLimit: 5,
        selector: { matchLabels: selector },
        template: choosePod(
          {
            metadata: {
              labels: objectLabels(this.props.plan.name, component),
            },
            spec: {
              serviceAccountName: this.nameOf('redis'),
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              terminationGracePeriodSeconds: 40,
              securityContext: restrictedPod(USER),
              topologySpreadConstraints: renderSpread(this.props.spread, selector),
              containers: [container],
              volumes: [
                { name: 'config', configMap: { name: configName } },
                { name: 'run', emptyDir: {} },
                { name: 'tmp', emptyDir: {} },
              ],
            },
          },
          this.props.pod,
        ),
      },
    };
  }

  private renderContainer(component: Component): k8s.Container {
    const {
      plan: { cache },
      sizes,
    } = this.props;
    const port = component === 'redis' ? cache.port : cache.sentinel.port;
    const size = sizes[component];
    const memory = k8s.Quantity.fromString(`${size.memoryMib}Mi`);
    return {
      name: component,
      image: renderImage(IMAGES.valkey),
      command: ['sh', `${CONFIG_FOLDER}/start-${component}.sh`],
      env: [
        secretVariable('REDIS_PASSWORD', this.props.secrets.cachePassword),
        // The names under which old and new command line tools look for it.
        { name: 'REDISCLI_AUTH', value: '$(REDIS_PASSWORD)' },
        { name: 'VALKEYCLI_AUTH', value: '$(REDIS_PASSWORD)' },
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'SELF_HOST', value: `$(POD_NAME).${this.hostOf(component)}` },
      ],
      ports: [{ name: component, containerPort: port, protocol: 'TCP' }],
      resources: {
        requests: { cpu: k8s.Quantity.fromString(`${size.cpuMillicores}m`), memory },
        limits: { memory },
      },
      securityContext: RESTRICTED_CONTAINER,
      volumeMounts: [
        { name: 'config', mountPath: CONFIG_FOLDER, readOnly: true },
        { name: 'run', mountPath: RUN_FOLDER },
        { name: 'tmp', mountPath: '/tmp' },
        ...(component === 'redis' ? [{ name: 'data', mountPath: DATA_FOLDER }] : []),
      ],
    };
  }

  private createService(component: Component): void {
    const { cache } = this.props.plan;
    const port = component === 'redis' ? cache.port : cache.sentinel.port;
    new k8s.KubeService(this, `Service-${component}`, {
      metadata: this.metadata(component),
      spec: {
        clusterIp: 'None',
        // Redis and Sentinels wait for each other's names before either is ready.
        publishNotReadyAddresses: true,
        selector: this.selector(component),
        ports: [{ name: component, port, protocol: 'TCP' }],
      },
    });
  }

  private createDisruptionBudget(component: Component): void {
    new k8s.KubePodDisruptionBudget(this, `DisruptionBudget-${component}`, {
      metadata: this.metadata(component),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: this.selector(component) },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }

  private selector(component: Component): Record<string, string> {
    return { ...selectorLabels(this.props.plan.name, component) };
  }

  private nameOf(component: Component): string {
    return `${this.props.plan.name}-${component}`;
  }

  private hostOf(component: Component): string {
    return `${this.nameOf(component)}.${this.props.namespace}.svc`;
  }

  private metadata(component: Component): k8s.ObjectMeta {
    return {
      name: this.nameOf(component),
      namespace: this.props.namespace,
      labels: objectLabels(this.props.plan.name, component),
    };
  }
}
