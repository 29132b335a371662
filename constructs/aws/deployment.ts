import { Annotations, CfnOutput, type Duration, Tags } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  describeWarning,
  type DnsPlan,
  type GatewayOutputs,
  type RecoveryObjectives,
  type RegionPlan,
  SpecError,
  type Topology,
  type Warning,
} from '../../lib';
import type { Autoscaling } from './autoscaling/autoscaling';
import type { Backup } from './backup/backup';
import type { CacheInUse } from './cache/create-cache';
import type { Chaos } from './chaos/chaos';
import { checkRanges } from './check-ranges';
import type { ComputeInUse } from './compute/create-compute';
import type { DatabaseInUse } from './database/create-database';
import { Edge } from './edge';
import { requireStack } from './foundation/guard';
import type { LoadBalancer } from './load-balancer/load-balancer';
import type { ResponseTimeStatistic } from './load-balancer/metrics';
import type { ZonalAutoshift } from './load-balancer/zonal-autoshift';
import type { Monitoring } from './monitoring/monitoring';
import type { Network } from './network/network';
import type { AwsGatewayProps } from './props';
import { Region } from './region';
import { resolveHandles } from './resolve-handles';
import type { Secrets } from './secrets/secrets';

export interface DeploymentInput {
  readonly topology: Topology;
  readonly warnings: readonly Warning[];
  readonly props: AwsGatewayProps;
}

/** Builds a topology: its region, and once for all the name that leads there. Patterns differ in the topology alone. */
export abstract class GatewayDeployment extends Construct implements GatewayOutputs {
  readonly url: string;
  readonly recoveryObjectives: RecoveryObjectives;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: DatabaseInUse;
  readonly cache: CacheInUse;
  readonly compute: ComputeInUse;
  readonly loadBalancer: LoadBalancer;
  readonly autoscaling: Autoscaling;
  readonly monitoring: Monitoring;
  /** Where alarms are sent. */
  readonly alarmTopic: ITopic;
  /** Null: AWS shifts no zone by itself. */
  readonly zonalAutoshift: ZonalAutoshift | null;
  /** Null: the database's own backups are enough. */
  readonly backup: Backup | null;
  /** Null: no experiments. */
  readonly chaos: Chaos | null;
  private readonly region: Region;

  protected constructor(scope: Construct, id: string, input: DeploymentInput) {
    requireStack(scope);
    super(scope, id);
    const { topology, warnings } = input;
    const dns = requireDns(topology);
    const handles = checkRanges(resolveHandles(input.props));

    const region = new Region(this, 'Region', {
      plan: onlyRegion(topology),
      domainName: dns.domainName,
      handles,
      place: null,
    });
    const edge = new Edge(this, 'Edge', { plan: dns, zone: handles.zone, region });

    this.region = region;
    this.url = edge.dns.url;
    this.recoveryObjectives = topology.recoveryObjectives;
    this.network = region.network;
    this.secrets = region.secrets;
    this.database = region.database;
    this.cache = region.cache;
    this.compute = region.compute;
    this.loadBalancer = region.loadBalancer;
    this.autoscaling = region.autoscaling;
    this.monitoring = region.monitoring;
    this.alarmTopic = region.monitoring.alarmTopic;
    this.zonalAutoshift = region.zonalAutoshift;
    this.backup = region.backup;
    this.chaos = region.chaos;
    this.describe(topology, warnings);
  }

  /** Requests that reached a replica. */
  metricRequests(period?: Duration): cloudwatch.Metric {
    return this.region.metricRequests(period);
  }

  /** Share of failed requests, in percent. */
  metricErrors(period?: Duration): cloudwatch.MathExpression {
    return this.region.metricErrors(period);
  }

  /** Requests being served, computed from how many come and how long each takes to begin. */
  metricInFlight(period?: Duration): cloudwatch.MathExpression {
    return this.region.metricInFlight(period);
  }

  /** Seconds from a request until the first byte of its answer. */
  metricResponseTime(statistic: ResponseTimeStatistic, period?: Duration): cloudwatch.Metric {
    return this.region.metricResponseTime(statistic, period);
  }

  /** Lets somebody read the key of the administrator, which makes keys for everybody else. */
  grantReadMasterKey(grantee: IGrantable): Grant {
    return this.region.grantReadMasterKey(grantee);
  }

  private describe(topology: Topology, warnings: readonly Warning[]): void {
    Tags.of(this).add('litellm-ha:name', topology.name);
    Tags.of(this).add('litellm-ha:pattern', topology.pattern);
    for (const warning of warnings) {
      Annotations.of(this).addWarningV2(`litellm-ha:${warning.rule}`, describeWarning(warning));
    }
    new CfnOutput(this, 'Url', { value: this.url, description: 'Where clients send requests' });
    new CfnOutput(this, 'MasterKeySecretArn', {
      value: this.secrets.masterKeyLocation,
      description: 'Secret that holds the key of the administrator',
    });
  }
}

/** Types say the name is given; plain JavaScript may still leave it out. */
function requireDns(topology: Topology): DnsPlan {
  if (topology.dns !== null) return topology.dns;
  throw new SpecError(`${topology.name} on aws`, [
    {
      rule: 'aws.domain',
      path: 'domain',
      allowed: 'be given, because a load balancer answers HTTPS only with a certificate for a name',
      got: 'nothing',
      fix: 'pass a name and the hosted zone that holds it',
    },
  ]);
}

function onlyRegion(topology: Topology): RegionPlan {
  const [region] = topology.regions;
  if (region === undefined || topology.regions.length > 1) {
    throw new Error(`${topology.pattern} has one region, not ${topology.regions.length}`);
  }
  return region;
}
