import {
  Aws,
  CfnOutput,
  CfnParameter,
  Duration,
  Fn,
  RemovalPolicy,
  Stack,
  Tags,
  Token,
} from 'aws-cdk-lib';
import * as ga from 'aws-cdk-lib/aws-globalaccelerator';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { GlobalAcceleratorDomainTarget } from 'aws-cdk-lib/aws-route53-targets';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DnsOutputs, MultiRegionTopology } from '../../../lib';
import { acknowledgeLogBucket } from '../foundation/acknowledge';
import { namePhysically } from '../foundation/physical-names';
import { lookUpParameter, publishParameter } from '../foundation/region-parameters';

export interface AcceleratorProps {
  readonly topology: MultiRegionTopology;
  readonly zone: route53.HostedZoneAttributes;
  readonly regions: readonly AcceleratedRegion[];
}

/** A region that clients are led to. */
export interface AcceleratedRegion {
  readonly region: string;
  readonly stack: Stack;
  /** Whether its load balancer speaks IPv6 too. */
  readonly ipv6: boolean;
  /** Regions whose dials its executor turns. */
  readonly leads: readonly string[];
}

const PORTS = [80, 443];
const OPEN_PERCENT = 100;
const FLOW_LOG_DAYS = 90;
const FLOW_LOG_FOLDER = 'flow-logs';

/**
 * The accelerator in a stack of its own, behind those of all regions. It stands where Global Accelerator's control plane
 * lives: a stack elsewhere would need two regions to be there for each change. Null: clients are led by DNS.
 */
export function createAccelerator(scope: Construct, props: AcceleratorProps): Accelerator | null {
  const { topology, regions } = props;
  const { closing } = topology.routing;
  if (closing.kind === 'switch') return null;
  const account = regions
    .map(({ stack }) => stack.account)
    .find((each) => !Token.isUnresolved(each));
  const stack = new Stack(scope, 'Accelerator', {
    stackName: `${topology.name}-accelerator`,
    env: { region: closing.home, ...(account === undefined ? {} : { account }) },
  });
  for (const region of regions) {
    stack.addStackDependency(region.stack, `leads clients to ${region.region}`);
  }
  const accelerator = new Accelerator(stack, 'Accelerator', props);
  Tags.of(accelerator).add('litellm-ha:name', topology.name);
  Tags.of(accelerator).add('litellm-ha:pattern', topology.pattern);
  return accelerator;
}

/**
 * The public name of the gateway as addresses that never change, and the regions behind them. A client enters AWS at the
 * edge next to it and is led to the nearest region whose load balancer has a healthy target; the load balancers' own
 * probes decide, since an accelerator makes none of its own to them. A region is closed by its dial, which the failover
 * turns: one that is dialled down takes calls again only when no other has a healthy target.
 *
 * No region refers to it. It looks their load balancers up while it is deployed, tells their executors where the dials are,
 * and gives them the right to turn those, and no others. What it once looked up it keeps until its parameter `Generation` is
 * counted up: a region that is gone holds up no change of it.
 *
 * Costs: a fee for each hour, one for each gigabyte on top of what AWS takes for traffic, and its flow logs.
 * Survives: the loss of any region. Without its control plane, and without us-west-2, it goes on leading clients by health.
 * Does not survive: that a region is to be closed to clients while us-west-2 is lost. Connections that are open are not
 * moved, and those that are silent for 340 s are cut.
 *
 * @see https://docs.aws.amazon.com/global-accelerator/latest/dg/about-endpoints-endpoint-weights.unhealthy-endpoints.html
 */
export class Accelerator extends Construct implements DnsOutputs {
  readonly url: string;
  readonly resource: ga.CfnAccelerator;
  readonly listener: ga.CfnListener;
  /** By region. */
  readonly endpointGroups: ReadonlyMap<string, ga.CfnEndpointGroup>;
  readonly flowLogs: s3.Bucket;
  private readonly generation: CfnParameter;

  constructor(scope: Construct, id: string, props: AcceleratorProps) {
    super(scope, id);
    const { topology, regions } = props;
    this.url = `https://${topology.dns.domainName}`;
    this.flowLogs = this.createFlowLogs();
    this.generation = this.createGeneration();
    const dualStack = regions.every(({ ipv6 }) => ipv6);
    this.resource = this.createResource(topology.name, dualStack ? 'DUAL_STACK' : 'IPV4');
    this.listener = new ga.CfnListener(this, 'Listener', {
      acceleratorArn: this.resource.attrAcceleratorArn,
      protocol: 'TCP',
      portRanges: PORTS.map((port) => ({ fromPort: port, toPort: port })),
      clientAffinity: 'NONE',
    });
    this.endpointGroups = new Map(
      regions.map(({ region }) => [region, this.createEndpointGroup(topology.name, region)]),
    );
    this.createRecords(props, dualStack ? ['A', 'AAAA'] : ['A']);
    this.handOverDials(props);
    new CfnOutput(this, 'Addresses', {
      value: Fn.join(', ', this.resource.attrIpv4Addresses),
      description: 'Where the public name leads, for lists of allowed addresses',
    });
  }

  private createFlowLogs(): s3.Bucket {
    const bucket = new s3.Bucket(this, 'FlowLogs', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(FLOW_LOG_DAYS) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const writer = {
      principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
      ofThisAccount: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    };
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: writer.principals,
        actions: ['s3:GetBucketAcl', 's3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringEquals: writer.ofThisAccount },
      }),
    );
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: writer.principals,
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`${FLOW_LOG_FOLDER}/AWSLogs/${Aws.ACCOUNT_ID}/*`)],
        conditions: {
          StringEquals: { ...writer.ofThisAccount, 's3:x-amz-acl': 'bucket-owner-full-control' },
        },
      }),
    );
    acknowledgeLogBucket(bucket);
    return bucket;
  }

  private createResource(name: string, ipAddressType: 'DUAL_STACK' | 'IPV4'): ga.CfnAccelerator {
    const accelerator = new ga.CfnAccelerator(this, 'Resource', {
      name,
      ipAddressType,
      enabled: true,
      flowLogsEnabled: true,
      flowLogsS3Bucket: this.flowLogs.bucketName,
      flowLogsS3Prefix: FLOW_LOG_FOLDER,
    });
    // It is refused while nobody may write its logs.
    if (this.flowLogs.policy !== undefined) accelerator.node.addDependency(this.flowLogs.policy);
    return accelerator;
  }

  /** After a region was built anew its load balancer has another name, and its executor a role without rights. */
  private createGeneration(): CfnParameter {
    const generation = new CfnParameter(this, 'Generation', {
      default: '1',
      allowedPattern: '[0-9]+',
      description: 'Count it up after the stack of a region was deleted and made anew',
    });
    // Whoever deploys passes it by this name.
    generation.overrideLogicalId('Generation');
    return generation;
  }

  /**
   * Nothing is said of health checks, which load balancers have of their own. The dial is opened by each update of this
   * resource, written or not, so CloudFormation updates it only when its load balancer is another one.
   *
   * @see https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-globalaccelerator
   */
  private createEndpointGroup(name: string, region: string): ga.CfnEndpointGroup {
    return new ga.CfnEndpointGroup(this, `Region-${region}`, {
      listenerArn: this.listener.attrListenerArn,
      endpointGroupRegion: region,
      trafficDialPercentage: OPEN_PERCENT,
      endpointConfigurations: [
        {
          endpointId: lookUpParameter(this, {
            name,
            parameter: 'load-balancer',
            region,
            generation: this.generation.valueAsString,
          }),
          // Rate rules of the firewall count addresses of clients.
          clientIpPreservationEnabled: true,
        },
      ],
    });
  }

  private createRecords(
    { topology, zone }: AcceleratorProps,
    types: readonly ('A' | 'AAAA')[],
  ): void {
    const { attrDnsName, attrDualStackDnsName } = this.resource;
    for (const type of types) {
      new route53.CfnRecordSet(this, type, {
        hostedZoneId: zone.hostedZoneId,
        name: `${topology.dns.domainName}.`,
        type,
        aliasTarget: {
          dnsName: types.length > 1 ? attrDualStackDnsName : attrDnsName,
          hostedZoneId: GlobalAcceleratorDomainTarget.GLOBAL_ACCELERATOR_ZONE_ID,
          evaluateTargetHealth: false,
        },
      });
    }
  }

  /** AWS makes the names of the dials up after executors and their roles are there, so both are told here. */
  private handOverDials({ topology, regions }: AcceleratorProps): void {
    const names = namePhysically(topology.name);
    const arns = Object.fromEntries(
      [...this.endpointGroups].map(([region, group]) => [region, group.attrEndpointGroupArn]),
    );
    publishParameter(this, {
      name: topology.name,
      parameter: 'endpoint-groups',
      value: Stack.of(this).toJsonString(arns),
    });
    for (const { region, leads } of regions.filter((each) => each.leads.length > 0)) {
      new iam.CfnRolePolicy(this, `Rights-${region}`, {
        roleName: names.executorRole(region),
        policyName: `TurnDials${this.generation.valueAsString}`,
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: [
                'globalaccelerator:DescribeEndpointGroup',
                'globalaccelerator:UpdateEndpointGroup',
              ],
              Resource: leads.map((lost) => arns[lost]),
            },
          ],
        },
      });
    }
  }
}
