import { Construct } from 'constructs';
import type { RegionOutputs, RegionPlan } from '../../lib';
import { Autoscaling } from './autoscaling/autoscaling';
import { Cache } from './cache/cache';
import { Compute } from './compute/compute';
import { Database } from './database/database';
import type { GoogleSpec } from './google-spec';
import { LoadBalancer } from './load-balancer/load-balancer';
import { Network } from './network/network';
import { Secrets } from './secrets/secrets';

export interface RegionProps {
  readonly plan: RegionPlan;
  readonly google: GoogleSpec;
}

/** All that stands in one region, each part with the neighbours it needs. */
export class Region extends Construct implements RegionOutputs {
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly cache: Cache;
  readonly compute: Compute;
  readonly loadBalancer: LoadBalancer;
  readonly autoscaling: Autoscaling;

  constructor(scope: Construct, id: string, { plan, google }: RegionProps) {
    super(scope, id);
    const { placement } = google;
    this.network = new Network(this, 'Network', {
      plan: plan.network,
      placement,
      targetPort: plan.compute.port,
      existing: google.network,
    });
    this.secrets = new Secrets(this, 'Secrets', {
      plan: plan.secrets,
      placement,
      given: google.secrets,
    });
    this.database = new Database(this, 'Database', {
      plan: plan.database,
      backup: plan.backup,
      placement,
      cloudSql: google.database,
      network: this.network,
      secrets: this.secrets,
    });
    this.cache = new Cache(this, 'Cache', {
      plan: plan.cache,
      placement,
      memorystore: google.cache,
      network: this.network,
      secrets: this.secrets,
    });
    this.compute = new Compute(this, 'Compute', {
      plan: plan.compute,
      placement,
      instanceGroup: google.compute,
      given: google.secrets,
      network: this.network,
      secrets: this.secrets,
      database: this.database,
      cache: this.cache,
    });
    this.loadBalancer = new LoadBalancer(this, 'LoadBalancer', {
      plan: plan.loadBalancer,
      placement,
      domainName: google.domainName,
      compute: this.compute,
    });
    this.autoscaling = new Autoscaling(this, 'Autoscaling', {
      plan: plan.autoscaling,
      placement,
      compute: this.compute,
    });
  }
}
