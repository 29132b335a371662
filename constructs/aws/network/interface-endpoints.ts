import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { GatewayConfig } from '../../../lib';
import { selectBedrockModel } from '../../../lib/config/model-access';

/**
 * How replicas reach AWS's own services. `interface`: by addresses of the private network. `gateway`: S3 that way, and
 * all others through the NAT gateways.
 */
export type VpcEndpoints = 'interface' | 'gateway';

/** A service of AWS that gets addresses in the private network. */
export interface ServiceEndpoint {
  readonly id: string;
  readonly service: ec2.IInterfaceVpcEndpointService;
}

export interface InterfaceEndpointsProps {
  readonly vpc: ec2.IVpc;
  readonly cidr: string;
  /** One subnet of each zone. */
  readonly subnets: readonly ec2.ISubnet[];
  readonly services: readonly ServiceEndpoint[];
}

const { InterfaceVpcEndpointAwsService: Services } = ec2;

/** What a replica needs before it answers its first call: image, secrets, credentials, and somewhere to log to. */
const NEEDED_TO_START: readonly ServiceEndpoint[] = [
  { id: 'Ecr', service: Services.ECR },
  { id: 'EcrDocker', service: Services.ECR_DOCKER },
  { id: 'Logs', service: Services.CLOUDWATCH_LOGS },
  { id: 'SecretsManager', service: Services.SECRETS_MANAGER },
  { id: 'Sts', service: Services.STS },
];

/** Gives pods the credentials of their role. */
const EKS_AUTH: ServiceEndpoint = { id: 'EksAuth', service: Services.EKS_AUTH };

const BEDROCK: ServiceEndpoint = { id: 'BedrockRuntime', service: Services.BEDROCK_RUNTIME };

/**
 * The services that what is deployed speaks to. CloudWatch's metrics are none of them: nothing in the network sends any.
 * Nor is a Bedrock of another region, which no endpoint of this one leads to.
 */
export function planServiceEndpoints(input: {
  /** Null: the network was brought. */
  readonly wish: VpcEndpoints | null;
  readonly compute: 'eks' | 'fargate';
  readonly configYaml: string;
  /** Of the stack; a late-bound one equals none that is written. */
  readonly region: string;
}): readonly ServiceEndpoint[] {
  if (input.wish !== 'interface') return [];
  return [
    ...NEEDED_TO_START,
    ...(input.compute === 'eks' ? [EKS_AUTH] : []),
    ...(asksBedrockOf(input.region, input.configYaml) ? [BEDROCK] : []),
  ];
}

function asksBedrockOf(region: string, configYaml: string): boolean {
  const { deployments } = GatewayConfig.fromYaml(configYaml);
  return deployments.some((deployment) => {
    const model = selectBedrockModel(deployment);
    return model !== null && (model.region ?? region) === region;
  });
}

/**
 * Addresses of AWS's own services inside the network, one in each zone, under the names that everybody uses anyway.
 *
 * Costs: about 7 USD a month for each service and zone (0.01 USD an hour), and a quarter of a NAT gateway's price for what
 * passes them.
 * Survives: the loss of a zone, and that of every NAT gateway: replicas still start, read their secrets and log. What
 * providers are asked takes no ports from that, nor the other way round.
 * Does not survive: the loss of the region. A zone in which AWS offers one of the services no address refuses the
 * deployment; choose `vpcEndpoints: 'gateway'` there.
 *
 * @see https://aws.amazon.com/privatelink/pricing/
 */
export class InterfaceEndpoints extends Construct {
  /** Admits the network to HTTPS, and lets nothing out. */
  readonly securityGroup: ec2.SecurityGroup;
  readonly resources: readonly ec2.InterfaceVpcEndpoint[];
  /** Of those, the ones without which no replica starts. */
  readonly neededToStart: readonly ec2.InterfaceVpcEndpoint[];

  constructor(scope: Construct, id: string, props: InterfaceEndpointsProps) {
    super(scope, id);
    const { vpc, cidr, subnets, services } = props;
    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Services of AWS in the network of the gateway: HTTPS from within',
      allowAllOutbound: false,
    });
    this.securityGroup.addIngressRule(ec2.Peer.ipv4(cidr), ec2.Port.tcp(443));
    const endpoints = services.map((offered) => ({
      offered,
      resource: this.createEndpoint(offered, { vpc, subnets }),
    }));
    this.resources = endpoints.map(({ resource }) => resource);
    this.neededToStart = endpoints
      .filter(({ offered }) => NEEDED_TO_START.includes(offered))
      .map(({ resource }) => resource);
  }

  private createEndpoint(
    { id, service }: ServiceEndpoint,
    { vpc, subnets }: Pick<InterfaceEndpointsProps, 'vpc' | 'subnets'>,
  ): ec2.InterfaceVpcEndpoint {
    return new ec2.InterfaceVpcEndpoint(this, id, {
      vpc,
      service,
      subnets: { subnets: [...subnets] },
      securityGroups: [this.securityGroup],
      privateDnsEnabled: true,
      // The group says already who may come in.
      open: false,
    });
  }
}
