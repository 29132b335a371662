import { Construct } from 'constructs';
import type { AutoscalingOutputs, RegionOutputs, RegionPlan } from '../../lib';
import { Autoscaling, type KedaChoice } from './autoscaling/autoscaling';
import { Backup } from './backup/backup';
import type { BackupChoice } from './backup/choice';
import type { CacheChoice } from './cache/choice';
import { type CacheInUse, createCache } from './cache/create-cache';
import { Chaos, type ChaosMeshChoice } from './chaos/chaos';
import { type K6Choice, LoadTest } from './chaos/load-test';
import { Compute } from './compute/compute';
import { Migration, type MigrationRollout, planRolloutAnnotations } from './compute/migration';
import { type DataVolume, listClientCidrs, type ServiceChoice } from './compute/workload';
import type { DatabaseChoice } from './database/choice';
import { createDatabase, type DatabaseInUse } from './database/create-database';
import { LogicalReplication } from './database/logical-replication';
import { takesWrites } from './database/place';
import { createFailoverPages, nameRegionSwitch } from './failover/failover';
import type { PodsSpec } from './foundation/pod-choices';
import type { SecretKeyReference } from './foundation/secret-key-reference';
import type { SpreadChoice } from './foundation/spread';
import { Certificate, type CertificateIssuer } from './load-balancer/certificate';
import { HttpRoute } from './load-balancer/http-route';
import { renderController } from './load-balancer/ingress-controller';
import type { ProxySpec } from './load-balancer/proxy-spec';
import { listHosts, LoadBalancer } from './load-balancer/load-balancer';
import { Monitoring, type PrometheusOperatorChoice } from './monitoring/monitoring';
import { Network } from './network/network';
import type { RegionPlace } from './region-place';
import { Secrets } from './secrets/secrets';
import { type RemoteSecret, requiredSecretKeys, type SecretSource } from './secrets/source';
import type { Sizes } from './foundation/sizes';

/** What the cluster and its owner bring to a region. */
export interface RegionHandles {
  readonly namespace: string;
  readonly namespaceOrigin: 'created' | 'existing';
  readonly secrets: Readonly<Record<string, SecretKeyReference | RemoteSecret>>;
  readonly secretSource: SecretSource;
  readonly database: DatabaseChoice;
  readonly cache: CacheChoice;
  readonly spread: SpreadChoice;
  readonly dataVolume: DataVolume;
  readonly pods: PodsSpec;
  readonly sizes: Sizes;
  /** Null: the gateway is reached through the proxies alone. */
  readonly service: ServiceChoice | null;
  readonly migrationRollout: MigrationRollout;
  readonly domainName: string;
  readonly tlsSecretName: string;
  /** Null: a Secret that is there already. */
  readonly issuer: CertificateIssuer | null;
  readonly proxy: ProxySpec;
  /** Null: nothing is dumped. */
  readonly backup: BackupChoice | null;
  /** Null: the HorizontalPodAutoscaler that comes with the workload. */
  readonly keda: KedaChoice | null;
  /** Null: nothing is made that needs the Prometheus Operator. */
  readonly monitoring: PrometheusOperatorChoice | null;
  /** Null: no experiments. */
  readonly chaos: ChaosMeshChoice | null;
  /** Null: no load test. */
  readonly loadTest: K6Choice | null;
  /** Null: there is no other region. */
  readonly place: RegionPlace | null;
  readonly readGatewayScript: () => string;
}

/** All nouns of one region: one namespace of one cluster. */
export class Region extends Construct implements RegionOutputs {
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: DatabaseInUse;
  readonly cache: CacheInUse;
  readonly compute: Compute;
  readonly loadBalancer: LoadBalancer | HttpRoute;
  readonly autoscaling: AutoscalingOutputs;
  /** Null: nothing is dumped. */
  readonly backup: Backup | null;
  /** Null: an image that is brought sees to its schema itself, and a replica gets it from its writer. */
  readonly migration: Migration | null;
  readonly monitoring: Monitoring | null;
  /** Null: rows do not come from other regions one by one. */
  readonly replication: LogicalReplication | null;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly plan: RegionPlan; readonly handles: RegionHandles },
  ) {
    super(scope, id);
    const { plan, handles } = props;
    const { namespace, place } = handles;
    this.network = new Network(this, 'Network', {
      plan,
      namespace,
      namespaceOrigin: handles.namespaceOrigin,
      proxyNamespace: handles.proxy.proxyNamespace,
      clientCidrs: [...handles.proxy.proxyCidrs, ...listClientCidrs(handles.service)],
    });
    this.secrets = new Secrets(this, 'Secrets', {
      plan,
      namespace,
      given: handles.secrets,
      source: handles.secretSource,
      pod: handles.pods.jobs,
      keys: requiredSecretKeys({ database: handles.database.kind, cache: handles.cache.kind }),
      databaseLogin: place?.database ? 'shared-by-regions' : 'of-this-region',
    });
    const { pods, sizes, spread } = handles;
    const store = { plan, namespace, secrets: this.secrets, spread, sizes };
    this.database = createDatabase(this, handles.database, {
      ...store,
      pods,
      place: place?.database ?? null,
    });
    this.cache = createCache(this, handles.cache, { ...store, pod: pods.cache });
    this.compute = new Compute(this, 'Compute', {
      plan,
      namespace,
      secrets: this.secrets,
      database: this.database,
      cache: this.cache,
      scaler: handles.keda === null ? 'horizontal' : 'elsewhere',
      spread: handles.spread,
      dataVolume: handles.dataVolume,
      pod: handles.pods.gateway,
      service: this.chooseService(plan, handles),
      annotations: planRolloutAnnotations(handles.migrationRollout),
      regions: place?.regions ?? [],
      regionSwitchName: place === null ? null : nameRegionSwitch(plan.name),
      readGatewayScript: handles.readGatewayScript,
    });
    this.migration = this.createMigration(plan, handles);
    this.loadBalancer = this.createLoadBalancer(plan, handles);
    this.createCertificate(plan, handles);
    this.autoscaling =
      handles.keda === null
        ? this.compute.autoscaling
        : new Autoscaling(this, 'Autoscaling', {
            plan: plan.autoscaling,
            namespace,
            workload: this.compute.workload,
            keda: handles.keda,
          });
    this.backup =
      handles.backup === null
        ? null
        : new Backup(this, 'Backup', {
            plan,
            namespace,
            database: this.database,
            target: handles.backup,
            pod: pods.jobs,
            size: sizes.backup,
            described: {
              configMapName: this.compute.workload.configMapName,
              secretKeys: [
                ...this.secrets.required,
                ...Object.values(this.secrets.gatewayEnvironment()),
                this.database.password,
              ],
            },
          });
    this.monitoring =
      handles.monitoring === null ? null : this.createMonitoring(plan, handles, handles.monitoring);
    this.replication = this.createReplication(plan, handles);
    if (place !== null) {
      createFailoverPages(this, { name: plan.name, namespace, pages: place.runbooks });
    }
    this.createTests(plan, handles);
  }

  private createReplication(
    plan: RegionPlan,
    { namespace, place, pods }: RegionHandles,
  ): LogicalReplication | null {
    if (place === null || place.database === null) return null;
    if (place.database.role.kind !== 'peer') return null;
    return new LogicalReplication(this, 'Replication', {
      plan,
      namespace,
      database: this.database,
      place: place.database,
      pod: pods.jobs,
    });
  }

  private createLoadBalancer(plan: RegionPlan, handles: RegionHandles): LoadBalancer | HttpRoute {
    const common = {
      plan: plan.loadBalancer,
      namespace: handles.namespace,
      workload: this.compute.workload,
      domainName: handles.domainName,
      regionDomainName: handles.place?.regionDomainName ?? null,
    };
    const { loadBalancer } = handles.proxy;
    if (loadBalancer.kind === 'http-route') {
      return new HttpRoute(this, 'LoadBalancer', { ...common, target: loadBalancer });
    }
    return new LoadBalancer(this, 'LoadBalancer', {
      ...common,
      tlsSecretName: handles.tlsSecretName,
      target: loadBalancer,
    });
  }

  /** Some controllers read their settings from the Service. */
  private chooseService(plan: RegionPlan, { service, proxy }: RegionHandles): ServiceChoice | null {
    const { loadBalancer } = proxy;
    if (loadBalancer.kind !== 'ingress' || loadBalancer.controller === null) return service;
    const { service: annotations } = renderController(loadBalancer.controller, plan.loadBalancer);
    if (Object.keys(annotations).length === 0) return service;
    const chosen = service ?? { type: 'ClusterIP' };
    return { ...chosen, annotations: { ...annotations, ...chosen.annotations } };
  }

  private createCertificate(plan: RegionPlan, handles: RegionHandles): void {
    if (handles.issuer === null) return;
    new Certificate(this, 'Certificate', {
      instance: plan.name,
      namespace: selectCertificateNamespace(handles),
      domainNames: listHosts({
        domainName: handles.domainName,
        regionDomainName: handles.place?.regionDomainName ?? null,
      }),
      secretName: handles.tlsSecretName,
      issuer: handles.issuer,
      proxy: handles.proxy,
    });
  }

  private createMigration(plan: RegionPlan, handles: RegionHandles): Migration | null {
    if (plan.compute.image.kind !== 'packaged') return null;
    const { place } = handles;
    if (place !== null && !takesWrites({ role: place.plan.databaseRole })) return null;
    return new Migration(this, 'Migration', {
      plan,
      namespace: handles.namespace,
      database: this.database,
      workload: this.compute.workload,
      gatewayScript: handles.readGatewayScript(),
      rollout: handles.migrationRollout,
      pod: handles.pods.jobs,
    });
  }

  private createMonitoring(
    plan: RegionPlan,
    { place }: RegionHandles,
    operator: PrometheusOperatorChoice,
  ): Monitoring {
    const { database } = this;
    return new Monitoring(this, 'Monitoring', {
      plan,
      namespace: this.network.networkId,
      workload: this.compute.workload,
      databasePods: database.pods,
      patroniScope: database.kind === 'patroni' ? database.resource.name : null,
      lagAlarmSeconds: place?.database ? place.replication.lagAlarmSeconds : null,
      databaseRole: place?.database?.role ?? null,
      operator,
    });
  }

  private createTests(plan: RegionPlan, { namespace, chaos, loadTest, pods }: RegionHandles): void {
    if (chaos !== null) {
      new Chaos(this, 'Chaos', {
        plan,
        namespace,
        target: chaos,
        databasePods: this.database.pods,
        cachePods: this.cache.pods,
      });
    }
    if (loadTest === null) return;
    new LoadTest(this, 'LoadTest', {
      plan,
      namespace,
      secrets: this.secrets,
      workload: this.compute.workload,
      target: loadTest,
      pod: pods.jobs,
    });
  }
}

/** Where the load balancer reads the Secret: an Ingress in its own namespace, a Gateway in that of the Gateway. */
function selectCertificateNamespace({ proxy, namespace }: RegionHandles): string {
  const { loadBalancer } = proxy;
  return loadBalancer.kind === 'http-route'
    ? (loadBalancer.gatewayNamespace ?? namespace)
    : namespace;
}
