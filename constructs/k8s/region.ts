import { Construct } from 'constructs';
import type { AutoscalingOutputs, RegionOutputs, RegionPlan } from '../../lib';
import { Cache } from './cache';
import { Compute } from './compute';
import { Database } from './database';
import { LoadBalancer } from './load-balancer';
import { Network } from './network';
import { Secrets } from './secrets';
import type { SecretKeyReference } from './workload';

/** What the cluster and its owner bring to a region. */
export interface RegionHandles {
  readonly namespace: string;
  readonly secrets: Readonly<Record<string, SecretKeyReference>>;
  readonly domainName: string;
  readonly tlsSecretName: string;
  readonly ingressClassName: string;
  readonly ingressNamespace: string;
  readonly readGatewayScript: () => string;
}

/** All nouns of one region: one namespace of one cluster. */
export class Region extends Construct implements RegionOutputs {
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly cache: Cache;
  readonly compute: Compute;
  readonly loadBalancer: LoadBalancer;
  readonly autoscaling: AutoscalingOutputs;

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
      readGatewayScript: handles.readGatewayScript,
    });
    this.loadBalancer = new LoadBalancer(this, 'LoadBalancer', {
      plan: plan.loadBalancer,
      namespace,
      workload: this.compute.workload,
      domainName: handles.domainName,
      tlsSecretName: handles.tlsSecretName,
      ingressClassName: handles.ingressClassName,
    });
    this.autoscaling = this.compute.autoscaling;
  }
}
