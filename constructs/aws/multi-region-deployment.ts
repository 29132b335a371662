import { Annotations, CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  describeWarning,
  type GatewayOutputs,
  type MultiRegionTopology,
  type PlacedRegionPlan,
  type RecoveryObjectives,
  type Warning,
} from '../../lib';
import { checkRanges } from './check-ranges';
import { Database } from './database';
import { Failover } from './failover';
import type { AwsMultiRegionProps } from './multi-region-props';
import { checkMultiRegion, type WrittenRegion } from './multi-region-rules';
import { Region } from './region';
import { planRegionPlace, type RegionPlace } from './region-place';
import { RegionalDns } from './regional-dns';
import { RegionsDashboard } from './regions-dashboard';
import { resolveHandles, type AwsHandles } from './resolve-handles';

export interface MultiRegionDeploymentInput {
  readonly topology: MultiRegionTopology;
  readonly warnings: readonly Warning[];
  readonly props: AwsMultiRegionProps;
  /** In the order of the topology. */
  readonly regions: readonly WrittenRegion[];
}

/** One region of a gateway, and the stack that makes it. */
export interface DeployedRegion {
  readonly region: string;
  readonly stack: Stack;
  /** All that answers calls there. */
  readonly parts: Region;
  readonly dns: RegionalDns;
  readonly failover: Failover;
  /** Shows all regions. */
  readonly dashboard: RegionsDashboard;
}

/**
 * Builds a topology of several regions: each from its own plan, in a stack of its own, by what also builds a single one.
 * Stacks are deployed one after another, and each again without the others: none refers to what another one makes.
 */
export abstract class MultiRegionDeployment extends Construct implements GatewayOutputs {
  readonly url: string;
  readonly recoveryObjectives: RecoveryObjectives;
  /** In the order in which they were written. */
  readonly regions: readonly DeployedRegion[];

  protected constructor(scope: Construct, id: string, input: MultiRegionDeploymentInput) {
    super(scope, id);
    const { topology } = input;
    checkMultiRegion({ scope, ...input });
    this.url = `https://${topology.dns.domainName}`;
    this.recoveryObjectives = topology.recoveryObjectives;
    this.regions = topology.regions.map((plan, index) => {
      const written = input.regions[index];
      if (written === undefined) throw new Error(`${plan.region} was written by nobody`);
      return this.createRegion(plan, written, input);
    });
    this.orderStacks(topology);
    this.describe(input);
  }

  private createRegion(
    plan: PlacedRegionPlan,
    written: WrittenRegion,
    { topology, props }: MultiRegionDeploymentInput,
  ): DeployedRegion {
    const { region } = plan;
    const stack = written.options.stack ?? this.createStack(topology.name, region, props);
    const scope = new Construct(stack, this.node.id);
    const place = planRegionPlace(topology, plan);
    const handles = createHandles(scope, { props, written, place });
    const parts = new Region(scope, 'Region', {
      plan,
      domainName: topology.dns.domainName,
      handles,
      place,
    });
    const failover = new Failover(scope, 'Failover', {
      topology,
      place,
      region: parts,
      options: props.failover ?? {},
    });
    const dns = new RegionalDns(scope, 'Dns', {
      plan: topology.dns,
      routing: topology.routing,
      target: requireTarget(topology, region),
      zone: handles.zone,
      loadBalancer: parts.loadBalancer,
      switchedBy: failover.switchedBy,
    });
    const dashboard = new RegionsDashboard(scope, 'Dashboard', { topology });
    Tags.of(scope).add('litellm-ha:name', topology.name);
    Tags.of(scope).add('litellm-ha:pattern', topology.pattern);
    new CfnOutput(scope, 'Url', { value: this.url, description: 'Where clients send requests' });
    return { region, stack, parts, dns, failover, dashboard };
  }

  private createStack(name: string, region: string, { account }: AwsMultiRegionProps): Stack {
    return new Stack(this, region, {
      stackName: `${name}-${region}`,
      env: { region, ...(account === undefined ? {} : { account }) },
    });
  }

  /** What is copied must be there first. Later each stack is deployed alone: `cdk deploy --exclusively`. */
  private orderStacks(topology: MultiRegionTopology): void {
    const stacks = new Map(this.regions.map(({ region, stack }) => [region, stack]));
    for (const { region, databaseRole, secretsOrigin } of topology.regions) {
      const origins = [
        ...(secretsOrigin.kind === 'copied' ? [secretsOrigin.fromRegion] : []),
        ...(databaseRole.kind === 'replica' ? [databaseRole.writerRegion] : []),
      ];
      for (const origin of new Set(origins)) {
        const source = stacks.get(origin);
        if (source !== undefined) {
          stacks.get(region)?.addStackDependency(source, `copies what ${origin} keeps`);
        }
      }
    }
  }

  private describe({ warnings }: MultiRegionDeploymentInput): void {
    for (const warning of warnings) {
      Annotations.of(this).addWarningV2(`litellm-ha:${warning.rule}`, describeWarning(warning));
    }
  }
}

function createHandles(
  scope: Construct,
  input: {
    readonly props: AwsMultiRegionProps;
    readonly written: WrittenRegion;
    readonly place: RegionPlace;
  },
): AwsHandles {
  const { props, place } = input;
  const { hostedZoneId, zoneName } = props.domain.zone;
  const { vpc, certificate, compute, cache, monitoring } = input.written.options;
  return checkRanges(
    resolveHandles({
      domain: {
        name: props.domain.name,
        zone: HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId, zoneName }),
        certificate,
      },
      vpc,
      compute: compute ?? props.compute,
      database:
        props.database ??
        (place.replication.dataMode === 'global-database' ? Database.aurora() : Database.rds()),
      cache: cache ?? props.cache,
      monitoring: monitoring ?? props.monitoring,
      firewall: props.firewall,
      backup: props.backup,
      chaos: props.chaos,
      secrets: Object.fromEntries(
        Object.entries(props.secrets ?? {}).map(([name, secretName]) => [
          name,
          Secret.fromSecretNameV2(scope, `Secret${name}`, secretName),
        ]),
      ),
    }),
  );
}

function requireTarget({ routing }: MultiRegionTopology, region: string) {
  const target = routing.targets.find((each) => each.region === region);
  if (target === undefined) throw new Error(`the public name leads nowhere in ${region}`);
  return target;
}
