import { Construct } from 'constructs';
import type { AutoscalingOutputs, RegionOutputs, RegionPlan } from '../../lib';
import { Autoscaling, type KedaAutoscaling } from './autoscaling';
import { Backup, type BackupTarget } from './backup';
import { Cache } from './cache';
import { Certificate, type CertificateIssuer } from './certificate';
import { Chaos, type ChaosMesh } from './chaos';
import { Compute } from './compute';
import { Database } from './database';
import { HttpRoute } from './http-route';
import { LoadBalancer, type HttpRouteLoadBalancer } from './load-balancer';
import { LoadTest, type K6LoadTest } from './load-test';
import { Monitoring, type PrometheusOperator } from './monitoring';
import { Network } from './network';
import { Secrets } from './secrets';
import type { SecretKeyReference } from './workload';

/** What the cluster and its owner bring to a region. */
export interface RegionHandles {
  readonly namespace: string;
  readonly secrets: Readonly<Record<string, SecretKeyReference>>;
  readonly domainName: string;
  readonly tlsSecretName: string;
  /** Null: a Secret that is there already. */
  readonly issuer: CertificateIssuer | null;
  readonly ingressClassName: string;
  /** Namespace of the proxies in front of the gateway. */
  readonly ingressNamespace: string;
  /** Null: an Ingress. */
  readonly httpRoute: HttpRouteLoadBalancer | null;
  readonly backup: BackupTarget;
  /** Null: the HorizontalPodAutoscaler that comes with the workload. */
  readonly keda: KedaAutoscaling | null;
  /** Null: nothing is made that needs the Prometheus Operator. */
  readonly monitoring: PrometheusOperator | null;
  /** Null: no experiments. */
  readonly chaos: ChaosMesh | null;
  /** Null: no load test. */
  readonly loadTest: K6LoadTest | null;
  readonly readGatewayScript: () => string;
}

/** All nouns of one region: one namespace of one cluster. */
export class Region extends Construct implements RegionOutputs {
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly cache: Cache;
  readonly compute: Compute;
  readonly loadBalancer: LoadBalancer | HttpRoute;
  readonly autoscaling: AutoscalingOutputs;
  readonly backup: Backup;
  readonly monitoring: Monitoring | null;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly plan: RegionPlan; readonly handles: RegionHandles },
  ) {
    super(scope, id);
    const { plan, handles } = props;
    const { namespace } = handles;
    this.network = new Network(this, 'Network', {
      plan,
      namespace,
      ingressNamespace: handles.ingressNamespace,
    });
    this.secrets = new Secrets(this, 'Secrets', { plan, namespace, given: handles.secrets });
    this.database = new Database(this, 'Database', { plan, namespace, secrets: this.secrets });
    this.cache = new Cache(this, 'Cache', { plan, namespace, secrets: this.secrets });
    this.compute = new Compute(this, 'Compute', {
      plan,
      namespace,
      secrets: this.secrets,
      database: this.database,
      cache: this.cache,
      scaler: handles.keda === null ? 'horizontal' : 'elsewhere',
      readGatewayScript: handles.readGatewayScript,
    });
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
    this.backup = new Backup(this, 'Backup', {
      plan,
      namespace,
      secrets: this.secrets,
      database: this.database,
      target: handles.backup,
    });
    this.monitoring =
      handles.monitoring === null
        ? null
        : new Monitoring(this, 'Monitoring', {
            plan,
            namespace,
            workload: this.compute.workload,
            database: this.database,
            operator: handles.monitoring,
          });
    this.createTests(plan, handles);
  }

  private createLoadBalancer(plan: RegionPlan, handles: RegionHandles): LoadBalancer | HttpRoute {
    const common = {
      plan: plan.loadBalancer,
      namespace: handles.namespace,
      workload: this.compute.workload,
      domainName: handles.domainName,
    };
    if (handles.httpRoute !== null) {
      return new HttpRoute(this, 'LoadBalancer', { ...common, target: handles.httpRoute });
    }
    return new LoadBalancer(this, 'LoadBalancer', {
      ...common,
      tlsSecretName: handles.tlsSecretName,
      ingressClassName: handles.ingressClassName,
    });
  }

  private createCertificate(plan: RegionPlan, handles: RegionHandles): void {
    if (handles.issuer === null) return;
    new Certificate(this, 'Certificate', {
      instance: plan.name,
      namespace: handles.httpRoute?.gatewayNamespace ?? handles.namespace,
      domainName: handles.domainName,
      secretName: handles.tlsSecretName,
      issuer: handles.issuer,
      proxyNamespace: handles.ingressNamespace,
    });
  }
  private createTests(plan: RegionPlan, { namespace, chaos, loadTest }: RegionHandles): void {
    if (chaos !== null) new Chaos(this, 'Chaos', { plan, namespace, target: chaos });
    if (loadTest === null) return;
    new LoadTest(this, 'LoadTest', {
      plan,
      namespace,
      secrets: this.secrets,
      workload: this.compute.workload,
      target: loadTest,
    });
  }
}
