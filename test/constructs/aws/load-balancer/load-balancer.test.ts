import { Match } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { build, buildDefaults, onEks } from '../support';

describe('LoadBalancer', () => {
  it('faces the internet on all zones, is protected, and waits as long as a stream may be silent', () => {
    const { stack, gateway, template } = buildDefaults();
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Scheme: 'internet-facing',
      Type: 'application',
      IpAddressType: 'dualstack',
      Subnets: stack.resolve(gateway.network.vpc.publicSubnets.map((subnet) => subnet.subnetId)),
      LoadBalancerAttributes: Match.arrayWith([
        { Key: 'deletion_protection.enabled', Value: 'true' },
        { Key: 'idle_timeout.timeout_seconds', Value: '300' },
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
        { Key: 'routing.http.desync_mitigation_mode', Value: 'defensive' },
        { Key: 'client_keep_alive.seconds', Value: '3600' },
        { Key: 'routing.http2.enabled', Value: 'true' },
        { Key: 'zonal_shift.config.enabled', Value: 'true' },
        { Key: 'access_logs.s3.enabled', Value: 'true' },
      ]),
    });
  });

  it('speaks TLS 1.2 and newer, and sends plain HTTP there', () => {
    const { template } = buildDefaults();
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [
        {
          Type: 'redirect',
          RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' },
        },
      ],
    });
  });

  it('keeps the public from taking replicas out of service', () => {
    const { template } = buildDefaults();
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Priority: 1,
      Conditions: [
        {
          Field: 'path-pattern',
          PathPatternConfig: { Values: ['/health/drain', '/health/drain/*'] },
        },
      ],
      Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    });
  });

  it('probes readiness and lets open streams end', () => {
    const { stack, gateway, template } = buildDefaults();
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Port: 4000,
      Protocol: 'HTTP',
      TargetType: 'ip',
      HealthCheckPath: '/health/readiness',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 3,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
      Matcher: { HttpCode: '200' },
      TargetGroupAttributes: Match.arrayWith([
        { Key: 'deregistration_delay.timeout_seconds', Value: '600' },
        { Key: 'load_balancing.algorithm.type', Value: 'least_outstanding_requests' },
      ]),
      Tags: Match.arrayWith([
        {
          Key: 'eks:eks-cluster-name',
          Value: stack.resolve(onEks(gateway).resource.clusterName),
        },
      ]),
    });
  });

  it('believes the probes until all replicas of all zones are called down', () => {
    const [targetGroup] = Object.values(
      buildDefaults().template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup'),
    );
    const attributes = targetGroup?.['Properties'].TargetGroupAttributes as {
      readonly Key: string;
      readonly Value: string;
    }[];
    const health = Object.fromEntries(
      attributes
        .filter(({ Key }) => Key.startsWith('target_group_health.'))
        .map(({ Key, Value }) => [Key.replace('target_group_health.', ''), Value]),
    );
    expect(health).toEqual({
      'dns_failover.minimum_healthy_targets.count': '1',
      'dns_failover.minimum_healthy_targets.percentage': 'off',
      'unhealthy_state_routing.minimum_healthy_targets.count': '1',
      'unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
    });
  });

  it('is open on two ports and reaches replicas only', () => {
    const { template } = buildDefaults();
    const groups = template.findResources('AWS::EC2::SecurityGroup', {
      Properties: { GroupDescription: Match.stringLikeRegexp('^Load balancer') },
    });
    const rules = Object.values(groups).flatMap(
      (group) =>
        group['Properties'].SecurityGroupIngress as { FromPort: number; CidrIp?: string }[],
    );
    expect(rules.map(({ FromPort }) => FromPort).sort()).toEqual([443, 443, 80, 80]);
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      FromPort: 4000,
      ToPort: 4000,
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      FromPort: 4000,
      ToPort: 4000,
    });
  });

  it('logs into a bucket that is private, encrypted and emptied', () => {
    const { template } = buildDefaults();
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
          ],
        },
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
        PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 's3:PutObject',
            Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
          }),
        ]),
      },
    });
  });

  it('creates a certificate that the zone validates, unless one is brought', () => {
    buildDefaults().template.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'api.example.com',
      ValidationMethod: 'DNS',
    });
    const arn = 'arn:aws:acm:eu-west-1:111111111111:certificate/mine';
    const { template } = build((props, stack) => ({
      ...props,
      domain: { ...props.domain, certificate: Certificate.fromCertificateArn(stack, 'Mine', arn) },
    }));
    template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Certificates: [{ CertificateArn: arn }],
    });
  });
});
