import { Construct } from 'constructs';
import type { ComputePlan, DatabasePlan, RegionOutputs, RegionPlan } from '../../lib';
import { Autoscaling } from './autoscaling';
import { Backup } from './backup';
import { Chaos } from './chaos';
import { createCache, type CacheInUse } from './create-cache';
import { createCompute, type ComputeInUse } from './create-compute';
import { createDatabase, type DatabaseInUse } from './create-database';
import type { DatabaseTarget } from './database';
import { LoadBalancer } from './load-balancer';
import { Monitoring } from './monitoring';
import { Network } from './network';
import { ownsSchema, renderPlaceEnvironment, type RegionPlace } from './region-place';
import type { AwsHandles } from './resolve-handles';
import { Secrets } from './secrets';

export interface RegionBlockProps {
  readonly plan: RegionPlan;
  readonly domainName: string;
  readonly handles: AwsHandles;
  /** Null: there is one region. */
  readonly place: RegionPlace | null;
}

/** All that one region needs to answer calls by itself. */
export class Region extends Construct implements RegionOutputs {
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: DatabaseInUse;
  /** What was planned of the database, with the names of one that was brought. */
  readonly databasePlan: DatabasePlan;
  readonly cache: CacheInUse;
  readonly compute: ComputeInUse;
  readonly loadBalancer: LoadBalancer;
  readonly autoscaling: Autoscaling;
  readonly monitoring: Monitoring;
  /** Null: the database's own backups are enough. */
  readonly backup: Backup | null;
  /** Null: no experiments. */
  readonly chaos: Chaos | null;

  constructor(scope: Construct, id: string, props: RegionBlockProps) {
    super(scope, id);
    const { plan, domainName, handles, place } = props;
    this.network = new Network(this, 'Network', { plan: plan.network, vpc: handles.vpc });
    const databasePlan = planBroughtDatabase(plan.database, handles.database);
    this.databasePlan = databasePlan;
    this.secrets = new Secrets(this, 'Secrets', {
      given: handles.secrets,
      databaseUserName: databasePlan.userName,
      databaseCredentials:
        handles.database.kind === 'existing' ? handles.database.credentials : null,
      cacheToken: handles.cache.kind === 'existing' ? handles.cache.token : null,
      place,
    });
    this.database = createDatabase(this, handles.database, {
      plan: databasePlan,
      backup: plan.backup,
      network: this.network,
      secrets: this.secrets,
      instanceType: handles.instanceType,
      place,
    });
    this.cache = createCache(this, handles.cache, {
      plan: plan.cache,
      network: this.network,
      secrets: this.secrets,
    });
    this.compute = createCompute(this, handles.compute, {
      plan: placeCompute(plan.compute, place),
      schema: ownsSchema(place) ? 'own' : 'replicated',
      autoscaling: plan.autoscaling,
      databasePlan,
      network: this.network,
      secrets: this.secrets,
      database: this.database,
      cache: this.cache,
    });
    this.loadBalancer = new LoadBalancer(this, 'LoadBalancer', {
      plan: plan.loadBalancer,
      domainName,
      zone: handles.zone,
      certificate: handles.certificate,
      network: this.network,
      compute: this.compute,
      firewall: handles.firewall,
      physicalName: place?.names.loadBalancer ?? null,
    });
    this.autoscaling = new Autoscaling(this, 'Autoscaling', { plan: plan.autoscaling });
    this.monitoring = new Monitoring(this, 'Monitoring', {
      plan,
      url: `https://${domainName}`,
      masterKey: this.secrets.masterKey,
      loadBalancer: this.loadBalancer,
      database: this.database,
      cache: this.cache,
      target: handles.monitoring,
      lagAlarmSeconds: place?.replication.lagAlarmSeconds ?? null,
    });
    this.backup =
      handles.vault === null
        ? null
        : new Backup(this, 'Backup', {
            plan: plan.backup,
            database: this.database,
            target: handles.vault,
          });
    this.chaos =
      handles.chaos === null
        ? null
        : new Chaos(this, 'Chaos', {
            network: this.network,
            database: this.database,
            cache: this.cache,
            compute: this.compute,
            stopAlarms: this.monitoring.stopAlarms,
          });
    this.compute.watchRollouts(this.monitoring.stopAlarms);
  }
}

/** A server that was brought has names of its own. */
function planBroughtDatabase(plan: DatabasePlan, target: DatabaseTarget): DatabasePlan {
  if (target.kind !== 'existing') return plan;
  return {
    ...plan,
    userName: target.userName ?? plan.userName,
    databaseName: target.databaseName ?? plan.databaseName,
  };
}

/** Replicas know the other regions, because they share budgets with them. */
function placeCompute(plan: ComputePlan, place: RegionPlace | null): ComputePlan {
  return { ...plan, environment: { ...plan.environment, ...renderPlaceEnvironment(place) } };
}
