import { Construct } from 'constructs';
import type { RegionOutputs, RegionPlan } from '../../lib';
import { Autoscaling } from './autoscaling';
import { Cache } from './cache';
import { Compute } from './compute';
import { Database } from './database';
import { LoadBalancer } from './load-balancer';
import { Network } from './network';
import type { AwsHandles } from './resolve-handles';
import { Secrets } from './secrets';

export interface RegionBlockProps {
  readonly plan: RegionPlan;
  readonly domainName: string;
  readonly handles: AwsHandles;
}

/** All that one region needs to answer calls by itself. */
export class Region extends Construct implements RegionOutputs {
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly cache: Cache;
  readonly compute: Compute;
  readonly loadBalancer: LoadBalancer;
  readonly autoscaling: Autoscaling;

  constructor(scope: Construct, id: string, { plan, domainName, handles }: RegionBlockProps) {
    super(scope, id);
    this.network = new Network(this, 'Network', { plan: plan.network, vpc: handles.vpc });
    this.secrets = new Secrets(this, 'Secrets', {
      given: handles.secrets,
      databaseUserName: plan.database.userName,
    });
    this.database = new Database(this, 'Database', {
      plan: plan.database,
      backup: plan.backup,
      network: this.network,
      secrets: this.secrets,
      instanceType: handles.instanceType,
    });
    this.cache = new Cache(this, 'Cache', {
      plan: plan.cache,
      network: this.network,
      secrets: this.secrets,
      nodeType: handles.nodeType,
    });
    this.compute = new Compute(this, 'Compute', {
      plan: plan.compute,
      autoscaling: plan.autoscaling,
      databasePlan: plan.database,
      network: this.network,
      secrets: this.secrets,
      database: this.database,
      cache: this.cache,
      cluster: handles.cluster,
      loadBalancerController: handles.loadBalancerController,
      gatewayFolder: handles.gatewayFolder,
    });
    this.loadBalancer = new LoadBalancer(this, 'LoadBalancer', {
      plan: plan.loadBalancer,
      domainName,
      zone: handles.zone,
      certificate: handles.certificate,
      network: this.network,
      compute: this.compute,
    });
    this.autoscaling = new Autoscaling(this, 'Autoscaling', { plan: plan.autoscaling });
  }
}
