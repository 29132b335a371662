import { Annotations, CfnOutput, Stack, Tags, Token } from 'aws-cdk-lib';
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
import { Backup } from './backup/backup';
import { checkRanges } from './check-ranges';
import type { DatabaseChoice } from './database/choice';
import { Database } from './database/database';
import { createDistributedDatabase, type DeployedCluster } from './database/distributed/cluster';
import { type Accelerator, createAccelerator } from './dns/accelerator';
import { RegionalDns } from './dns/regional-dns';
import { Failover } from './failover/failover';
import { ReplicationKeeper } from './failover/replication-keeper';
import { isReachedAcross, planRegionPlace, type RegionPlace } from './foundation/region-place';
import { RegionsDashboard } from './monitoring/regions-dashboard';
import type { AwsMultiRegionProps } from './multi-region-props';
import { checkMultiRegion, type WrittenRegion } from './multi-region-rules';
import { createNetworkLinks, type NetworkLinks, publishNetwork } from './network/links';
import { Region } from './region';
import { type AwsHandles, resolveHandles } from './resolve-handles';

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
  /** Null: the database follows another by itself, or spans all regions. */
  readonly replicationKeeper: ReplicationKeeper | null;
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
  /** What connects the networks, in a stack for each region. None: nothing in one region speaks to another's database. */
  readonly links: readonly NetworkLinks[];
  /** Of a database that spans regions, each in a stack of its own. None: databases stand in the stacks of their regions. */
  readonly databaseClusters: readonly DeployedCluster[];
  /** In a stack of its own. Null: clients are led by DNS. */
  readonly accelerator: Accelerator | null;

  protected constructor(scope: Construct, id: string, input: MultiRegionDeploymentInput) {
    super(scope, id);
    const { topology } = input;
    checkMultiRegion({ scope, ...input });
    this.url = `https://${topology.dns.domainName}`;
    this.recoveryObjectives = topology.recoveryObjectives;
    this.databaseClusters = createDistributedDatabase(this, {
      topology,
      account: selectAccount(input),
    });
    this.regions = topology.regions.map((plan, index) => {
      const written = input.regions[index];
      if (written === undefined) throw new Error(`${plan.region} was written by nobody`);
      return this.createRegion(plan, written, input);
    });
    this.orderStacks(topology);
    this.links = createNetworkLinks(this, {
      topology,
      regions: this.regions.map(({ region, stack, parts }) => ({
        region,
        stack,
        network: parts.network,
      })),
    });
    this.accelerator = createAccelerator(this, {
      topology,
      zone: input.props.domain.zone,
      regions: this.regions.map(({ region, stack, parts, failover }) => ({
        region,
        stack,
        ipv6: parts.loadBalancer.ipv6,
        leads: failover.leads,
      })),
    });
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
    if (isReachedAcross(place))
      publishNetwork(scope, { name: topology.name, network: parts.network });
    const failover = new Failover(scope, 'Failover', {
      topology,
      place,
      region: parts,
      options: props.failover ?? {},
    });
    const dns = new RegionalDns(scope, 'Dns', {
      name: topology.name,
      plan: topology.dns,
      routing: topology.routing,
      target: requireTarget(topology, region),
      zone: handles.zone,
      loadBalancer: parts.loadBalancer,
      switchedBy: failover.switchedBy,
    });
    const replicationKeeper =
      place.databaseRole.kind === 'peer'
        ? new ReplicationKeeper(scope, 'ReplicationKeeper', {
            name: topology.name,
            place,
            executor: failover.executor,
            monitoring: parts.monitoring,
          })
        : null;
    const dashboard = new RegionsDashboard(scope, 'Dashboard', { topology });
    Tags.of(scope).add('litellm-ha:name', topology.name);
    Tags.of(scope).add('litellm-ha:pattern', topology.pattern);
    new CfnOutput(scope, 'Url', { value: this.url, description: 'Where clients send requests' });
    return { region, stack, parts, dns, failover, dashboard, replicationKeeper };
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
    for (const stack of stacks.values()) {
      // All of them: a cluster answers once each knows the others.
      for (const { region, stack: cluster } of this.databaseClusters) {
        stack.addStackDependency(cluster, `keeps its data in the cluster of ${region}`);
      }
    }
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
      // A region with a network of its own keeps that network's endpoints, whatever the others have.
      vpcEndpoints: vpc === undefined ? props.vpcEndpoints : undefined,
      zonalAutoshift: props.zonalAutoshift,
      compute: compute ?? props.compute,
      database: props.database ?? selectDatabase(place),
      cache: cache ?? props.cache,
      monitoring: monitoring ?? props.monitoring,
      firewall: props.firewall,
      backup: planVault(props.backup, place),
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

/** What a data mode keeps its data in where nothing was said. */
function selectDatabase({ replication }: RegionPlace): DatabaseChoice {
  switch (replication.dataMode) {
    case 'global-database':
      return Database.aurora();
    case 'distributed-sql':
      return Database.distributed();
    case 'shared-writer':
    case 'regional-primaries':
      return Database.rds();
  }
}

/** RDS and Aurora keep backups themselves. Aurora DSQL keeps none: it has those of AWS Backup or none at all. */
function planVault(
  backup: AwsMultiRegionProps['backup'],
  { replication }: RegionPlace,
): AwsMultiRegionProps['backup'] {
  if (replication.dataMode !== 'distributed-sql') return backup;
  return backup !== undefined && 'kind' in backup ? backup : Backup.vault(backup);
}

/** Clusters stand in the account of the regions, also where stacks are brought. */
function selectAccount({ props, regions }: MultiRegionDeploymentInput): string | undefined {
  const brought = regions.find(({ options: { stack } }) => stack !== undefined)?.options.stack;
  if (brought === undefined || Token.isUnresolved(brought.account)) return props.account;
  return brought.account;
}

function requireTarget({ routing }: MultiRegionTopology, region: string) {
  const target = routing.targets.find((each) => each.region === region);
  if (target === undefined) throw new Error(`the public name leads nowhere in ${region}`);
  return target;
}
