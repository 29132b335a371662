import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { GATEWAY_PATHS } from '../../../lib';
import type { LoadBalancerOutputs, LoadBalancerPlan } from '../../../lib';
import type { Compute } from '../compute/compute';
import { DEFAULT_REQUESTS_PER_ADDRESS } from '../defaults';
import { acknowledge, acknowledgeLogBucket } from '../foundation/acknowledge';
import type { Network } from '../network/network';
import { type FirewallChoice, WebFirewall } from './web-firewall';

export interface LoadBalancerBlockProps {
  readonly plan: LoadBalancerPlan;
  readonly domainName: string;
  readonly zone: IHostedZone;
  /** Null: one is created and validated by records in the zone. */
  readonly certificate: acm.ICertificate | null;
  readonly network: Network;
  readonly compute: Compute;
  readonly firewall: FirewallChoice;
  /** By which other regions look its metrics up. Null: CloudFormation makes a name up. */
  readonly physicalName: string | null;
}

const ACCESS_LOG_DAYS = 90;

/** How long a client may keep one connection before the load balancer asks it for a new one; also AWS's default. */
const CLIENT_KEEP_ALIVE = Duration.hours(1);

/**
 * When the load balancer stops to believe the probes: once no replica in any zone passes. A replica that is down answers
 * nobody, so below that its requests go to those that are up; and when all are called down at once, the probe is wrong more
 * often than all of them are gone, so each is asked again and DNS is told.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-health
 */
const TARGET_GROUP_HEALTH: elb.TargetGroupHealth = {
  dnsMinimumHealthyTargetCount: 1,
  dnsMinimumHealthyTargetPercentage: 0,
  routingMinimumHealthyTargetCount: 1,
  routingMinimumHealthyTargetPercentage: 0,
};

/**
 * The public entrance: an Application Load Balancer over all zones, TLS 1.2 and newer, plain HTTP redirected, replicas
 * probed.
 *
 * Costs: the load balancer, what passes it, and its access logs.
 * Survives: the loss of replicas, noticed within the probes' time, and of a zone.
 * Does not survive: the loss of the region. A replica that dies takes its open streams with it.
 */
export class LoadBalancer extends Construct implements LoadBalancerOutputs {
  readonly resource: elb.ApplicationLoadBalancer;
  readonly targetGroup: elb.ApplicationTargetGroup;
  readonly certificate: acm.ICertificate;
  readonly accessLogs: s3.Bucket;
  readonly firewall: WebFirewall;
  readonly hostName: string;
  /** Whether clients reach it over IPv6 too. */
  readonly ipv6: boolean;

  constructor(scope: Construct, id: string, props: LoadBalancerBlockProps) {
    super(scope, id);
    this.ipv6 = props.network.ipv6;
    this.accessLogs = this.createAccessLogs();
    const securityGroup = this.createSecurityGroup(props.network);
    this.resource = this.createLoadBalancer(props, securityGroup);
    this.certificate = props.certificate ?? this.createCertificate(props);
    this.targetGroup = this.createTargetGroup(props);
    const listener = this.createListeners();
    this.hostName = this.resource.loadBalancerDnsName;
    this.firewall = new WebFirewall(this, 'Firewall', {
      loadBalancerArn: this.resource.loadBalancerArn,
      target: props.firewall,
      requestsPerAddress:
        (props.firewall.kind === 'managed' ? props.firewall.requestsPerAddress : undefined) ??
        DEFAULT_REQUESTS_PER_ADDRESS,
    });
    props.compute.serve({ targetGroup: this.targetGroup, securityGroup, listener });
  }

  private createAccessLogs(): s3.Bucket {
    const bucket = new s3.Bucket(this, 'AccessLogs', {
      // The load balancer writes with S3's own keys only.
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(ACCESS_LOG_DAYS) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // CDK's own logAccessLogs names the service's accounts by region, and refuses a stack that names none. The folder is
    // that of this account: load balancers of others write to folders of theirs.
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`AWSLogs/${Aws.ACCOUNT_ID}/*`)],
      }),
    );
    acknowledgeLogBucket(bucket);
    return bucket;
  }

  private createSecurityGroup(network: Network): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description:
        'Load balancer of the gateway: HTTP and HTTPS from everywhere, out to replicas only',
      allowAllOutbound: false,
    });
    for (const port of [80, 443]) {
      group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(port));
      if (network.ipv6) group.addIngressRule(ec2.Peer.anyIpv6(), ec2.Port.tcp(port));
    }
    acknowledge(group, {
      findings: ['EC23'],
      reason:
        'It is the public entrance. Only ports 80, which redirects, and 443 are open, and every call needs a key.',
    });
    return group;
  }

  private createLoadBalancer(
    { plan, network, physicalName }: LoadBalancerBlockProps,
    securityGroup: ec2.SecurityGroup,
  ): elb.ApplicationLoadBalancer {
    const loadBalancer = new elb.ApplicationLoadBalancer(this, 'Resource', {
      loadBalancerName: physicalName ?? undefined,
      vpc: network.vpc,
      vpcSubnets: network.publicSubnets,
      internetFacing: true,
      ipAddressType: network.ipv6 ? elb.IpAddressType.DUAL_STACK : elb.IpAddressType.IPV4,
      securityGroup,
      idleTimeout: Duration.seconds(plan.timers.loadBalancerIdleSeconds),
      clientKeepAlive: CLIENT_KEEP_ALIVE,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: elb.DesyncMitigationMode.DEFENSIVE,
      deletionProtection: true,
      crossZoneEnabled: true,
    });
    loadBalancer.setAttribute('routing.http2.enabled', 'true');
    // Lets an operator, or AWS, move traffic away from one zone.
    loadBalancer.setAttribute('zonal_shift.config.enabled', 'true');
    loadBalancer.setAttribute('access_logs.s3.enabled', 'true');
    loadBalancer.setAttribute('access_logs.s3.bucket', this.accessLogs.bucketName);
    // Creation fails when it may not write its first log.
    if (this.accessLogs.policy !== undefined) {
      loadBalancer.node.defaultChild?.node.addDependency(this.accessLogs.policy);
    }
    loadBalancer.node.defaultChild?.node.addDependency(network.internetAccess);
    return loadBalancer;
  }

  private createCertificate({ domainName, zone }: LoadBalancerBlockProps): acm.Certificate {
    return new acm.Certificate(this, 'Certificate', {
      domainName,
      validation: acm.CertificateValidation.fromDns(zone),
    });
  }

  private createTargetGroup({ plan, network }: LoadBalancerBlockProps): elb.ApplicationTargetGroup {
    const { timers } = plan;
    return new elb.ApplicationTargetGroup(this, 'TargetGroup', {
      vpc: network.vpc,
      targetType: elb.TargetType.IP,
      protocol: elb.ApplicationProtocol.HTTP,
      port: plan.targetPort,
      deregistrationDelay: Duration.seconds(timers.drainSeconds),
      // Streams differ in length by orders of magnitude; counting the open ones spreads them, taking turns does not.
      loadBalancingAlgorithmType:
        elb.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
      targetGroupHealth: TARGET_GROUP_HEALTH,
      healthCheck: {
        path: plan.probePath,
        protocol: elb.Protocol.HTTP,
        healthyHttpCodes: '200',
        interval: Duration.seconds(timers.probeIntervalSeconds),
        timeout: Duration.seconds(timers.probeTimeoutSeconds),
        healthyThresholdCount: timers.healthyThreshold,
        unhealthyThresholdCount: timers.unhealthyThreshold,
      },
    });
  }

  private createListeners(): elb.ApplicationListener {
    this.resource.addListener('Http', {
      port: 80,
      protocol: elb.ApplicationProtocol.HTTP,
      open: false,
      defaultAction: elb.ListenerAction.redirect({
        protocol: 'HTTPS',
        port: '443',
        permanent: true,
      }),
    });
    const listener = this.resource.addListener('Https', {
      port: 443,
      protocol: elb.ApplicationProtocol.HTTPS,
      open: false,
      certificates: [this.certificate],
      sslPolicy: elb.SslPolicy.RECOMMENDED_TLS,
      defaultTargetGroups: [this.targetGroup],
    });
    // It takes a replica out of service. Its own guard is a token; from outside there is no reason to ask for it.
    listener.addAction('DrainPath', {
      priority: 1,
      conditions: [
        elb.ListenerCondition.pathPatterns([GATEWAY_PATHS.drain, `${GATEWAY_PATHS.drain}/*`]),
      ],
      action: elb.ListenerAction.fixedResponse(404),
    });
    return listener;
  }
}
