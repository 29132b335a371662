import { Annotations, CfnOutput, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  describeWarning,
  SpecError,
  type DnsPlan,
  type GatewayOutputs,
  type RecoveryObjectives,
  type RegionPlan,
  type Topology,
  type Warning,
} from '../../lib';
import type { Autoscaling } from './autoscaling';
import type { Cache } from './cache';
import type { Compute } from './compute';
import type { Database } from './database';
import { Edge } from './edge';
import { requireStack } from './guard';
import type { LoadBalancer } from './load-balancer';
import type { Network } from './network';
import type { AwsGatewayProps } from './props';
import { Region } from './region';
import { resolveHandles } from './resolve-handles';
import type { Secrets } from './secrets';

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
  readonly database: Database;
  readonly cache: Cache;
  readonly compute: Compute;
  readonly loadBalancer: LoadBalancer;
  readonly autoscaling: Autoscaling;

  protected constructor(scope: Construct, id: string, input: DeploymentInput) {
    requireStack(scope);
    super(scope, id);
    const { topology, warnings } = input;
    const dns = requireDns(topology);
    const handles = resolveHandles(input.props);

    const region = new Region(this, 'Region', {
      plan: onlyRegion(topology),
      domainName: dns.domainName,
      handles,
    });
    const edge = new Edge(this, 'Edge', { plan: dns, zone: handles.zone, region });

    this.url = edge.dns.url;
    this.recoveryObjectives = topology.recoveryObjectives;
    this.network = region.network;
    this.secrets = region.secrets;
    this.database = region.database;
    this.cache = region.cache;
    this.compute = region.compute;
    this.loadBalancer = region.loadBalancer;
    this.autoscaling = region.autoscaling;
    this.describe(topology, warnings);
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
