import { Duration, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { BackupPlan, ComputePlan, DatabasePlan, RegionOutputs, RegionPlan } from '../../lib';
import { Autoscaling } from './autoscaling/autoscaling';
import { Backup } from './backup/backup';
import { type CacheInUse, createCache } from './cache/create-cache';
import { Chaos } from './chaos/chaos';
import { checkRegion } from './check-region';
import { type ComputeInUse, createCompute } from './compute/create-compute';
import type { DatabaseAddress } from './database/address';
import type { DatabaseChoice } from './database/choice';
import {
  createDatabase,
  createDatabaseAddress,
  type DatabaseInUse,
} from './database/create-database';
import { planDistributedDatabase } from './database/distributed/database';
import { planReplicaLogin, type SchemaOwner } from './database/login';
import { resolveDatabaseLogin } from './database/login-rules';
import { createOwnerRotation, type OwnerRotation } from './database/owner-rotation';
import { ownsSchema, type RegionPlace, renderPlaceEnvironment } from './foundation/region-place';
import { LoadBalancer } from './load-balancer/load-balancer';
import {
  errorPercent,
  inFlight,
  requests,
  responseTime,
  type ResponseTimeStatistic,
} from './load-balancer/metrics';
import { ZonalAutoshift } from './load-balancer/zonal-autoshift';
import { Monitoring } from './monitoring/monitoring';
import { planServiceEndpoints } from './network/interface-endpoints';
import { Network } from './network/network';
import type { AwsHandles } from './resolve-handles';
import { Secrets } from './secrets/secrets';

export interface RegionBlockProps {
  readonly plan: RegionPlan;
  readonly domainName: string;
  readonly handles: AwsHandles;
  /** Null: there is one region. */
  readonly place: RegionPlace | null;
}

const METRIC_PERIOD = Duration.minutes(1);

/** All that one region needs to answer calls by itself. */
export class Region extends Construct implements RegionOutputs {
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: DatabaseInUse;
  /** What was planned of the database, with the names of one that was brought. */
  readonly databasePlan: DatabasePlan;
  readonly backupPlan: BackupPlan;
  /** Where other regions find the database. Null: nothing speaks to it from elsewhere. */
  readonly databaseAddress: DatabaseAddress | null;
  /** Null: replicas log in with the password of the owner, or there is none. */
  readonly ownerRotation: OwnerRotation | null;
  readonly cache: CacheInUse;
  readonly compute: ComputeInUse;
  readonly loadBalancer: LoadBalancer;
  readonly autoscaling: Autoscaling;
  readonly monitoring: Monitoring;
  /** Null: AWS shifts no zone by itself. */
  readonly zonalAutoshift: ZonalAutoshift | null;
  /** Null: the database's own backups are enough. */
  readonly backup: Backup | null;
  /** Null: no experiments. */
  readonly chaos: Chaos | null;

  constructor(scope: Construct, id: string, props: RegionBlockProps) {
    super(scope, id);
    const { plan, domainName, handles, place } = props;
    checkRegion(handles, plan);
    this.network = new Network(this, 'Network', {
      plan: plan.network,
      vpc: handles.vpc,
      services: planServiceEndpoints({
        wish: handles.vpcEndpoints,
        compute: handles.compute.kind,
        configYaml: plan.compute.configYaml,
        region: Stack.of(this).region,
      }),
    });
    const databasePlan = nameDatabase(plan.database, handles.database);
    this.databasePlan = databasePlan;
    this.secrets = new Secrets(this, 'Secrets', {
      given: handles.secrets,
      databaseUserName: databasePlan.userName,
      databaseCredentials:
        handles.database.kind === 'existing' ? handles.database.credentials : null,
      databaseLogin: resolveDatabaseLogin(handles.database),
      cacheToken: handles.cache.kind === 'existing' ? handles.cache.token : null,
      place,
    });
    this.database = createDatabase(this, handles.database, {
      plan: databasePlan,
      backup: plan.backup,
      network: this.network,
      secrets: this.secrets,
      instanceType: handles.instanceType,
      pooler: handles.pooler,
      place,
    });
    this.backupPlan = plan.backup;
    this.databaseAddress = createDatabaseAddress(this, {
      place,
      zone: handles.zone,
      database: this.database,
    });
    this.cache = createCache(this, handles.cache, {
      plan: plan.cache,
      backup: plan.backup,
      imageKind: plan.compute.image.kind,
      network: this.network,
      secrets: this.secrets,
      place,
    });
    this.compute = createCompute(this, handles.compute, {
      plan: placeCompute(plan.compute, place),
      schema: ownsSchema(place) ? 'own' : 'replicated',
      autoscaling: plan.autoscaling,
      databasePlan: planReplicaLogin(databasePlan, this.database.login),
      schemaOwner: planSchemaOwner(databasePlan, this.secrets),
      network: this.network,
      secrets: this.secrets,
      database: this.database,
      cache: this.cache,
    });
    this.database.grantLogin(this.compute);
    this.ownerRotation = createOwnerRotation(this, {
      database: this.database,
      network: this.network,
      after: this.compute,
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
      network: this.network,
      loadBalancer: this.loadBalancer,
      compute: this.compute,
      database: this.database,
      cache: this.cache,
      target: handles.monitoring,
      lagAlarmSeconds: place?.replication.lagAlarmSeconds ?? null,
    });
    this.zonalAutoshift =
      handles.zonalAutoshift === null
        ? null
        : new ZonalAutoshift(this, 'ZonalAutoshift', {
            loadBalancer: this.loadBalancer.resource,
            target: handles.zonalAutoshift,
            stopAlarms: this.monitoring.stopAlarms,
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
            loadBalancer: this.loadBalancer,
            database: this.database,
            cache: this.cache,
            compute: this.compute,
            stopAlarms: this.monitoring.stopAlarms,
          });
    this.compute.watchRollouts(this.monitoring.stopAlarms);
  }

  /** Requests that reached a replica. */
  metricRequests(period = METRIC_PERIOD): cloudwatch.Metric {
    return requests(this.loadBalancer, period);
  }

  /** Share of failed requests, in percent. */
  metricErrors(period = METRIC_PERIOD): cloudwatch.MathExpression {
    return errorPercent(this.loadBalancer, period);
  }

  /** Requests being served, computed from how many come and how long each takes to begin. */
  metricInFlight(period = METRIC_PERIOD): cloudwatch.MathExpression {
    return inFlight(this.loadBalancer, period);
  }

  /** Seconds from a request until the first byte of its answer. */
  metricResponseTime(statistic: ResponseTimeStatistic, period = METRIC_PERIOD): cloudwatch.Metric {
    return responseTime(this.loadBalancer, period, statistic);
  }

  /** Lets somebody read the key of the administrator, which makes keys for everybody else. */
  grantReadMasterKey(grantee: IGrantable): Grant {
    return this.secrets.masterKey.grantRead(grantee);
  }
}

/** A server that was brought has names of its own, and so has Aurora DSQL. */
function nameDatabase(plan: DatabasePlan, target: DatabaseChoice): DatabasePlan {
  if (target.kind === 'distributed') return planDistributedDatabase(plan);
  if (target.kind !== 'existing') return plan;
  return {
    ...plan,
    userName: target.userName ?? plan.userName,
    databaseName: target.databaseName ?? plan.databaseName,
  };
}

/** Null: replicas own the schema themselves. */
function planSchemaOwner(plan: DatabasePlan, secrets: Secrets): SchemaOwner | null {
  return secrets.databaseLogin === 'rds-iam'
    ? { userName: plan.userName, credentials: secrets.databaseCredentials }
    : null;
}

/** Replicas know the other regions, because they share budgets with them. */
function placeCompute(plan: ComputePlan, place: RegionPlace | null): ComputePlan {
  return { ...plan, environment: { ...plan.environment, ...renderPlaceEnvironment(place) } };
}
