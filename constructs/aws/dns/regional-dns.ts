import { Aws } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { DnsOutputs, DnsPlan, RoutingPlan, RoutingTarget } from '../../../lib';
import { publishParameter } from '../foundation/region-parameters';
import type { LoadBalancer } from '../load-balancer/load-balancer';
import { switchPath } from './region-switch';

export interface RegionalDnsProps {
  /** Name of the gateway. */
  readonly name: string;
  readonly plan: DnsPlan;
  readonly routing: RoutingPlan;
  /** What this region answers of the public name. */
  readonly target: RoutingTarget;
  readonly zone: route53.IHostedZone;
  readonly loadBalancer: LoadBalancer;
  /** Where the switch of this region is kept: always in another one. Null: nobody takes its place, or it has a dial. */
  readonly switchedBy: { readonly bucket: string; readonly region: string } | null;
}

/** What tells one record of the public name from the others. */
type Choice = Pick<route53.CfnRecordSetProps, 'failover' | 'region' | 'geoLocation'> & {
  readonly setIdentifier: string;
};

/** Clients whose place Route 53 cannot tell. */
const ANYWHERE = '*';

/**
 * What one region answers of the public name, and the health checks that take the answer away. All of it stands in the
 * region's own stack: its load balancer is no news to any other.
 *
 * A region answers while its probe succeeds and its switch is open. The switch is an object in the region that takes over,
 * so that an operator moves clients by writing it, with no control plane in between; where it cannot be read it counts as
 * open. A standby answers without any condition: it is what is left.
 *
 * Where an accelerator leads clients, the region only writes down where its load balancer is: the public name is not its
 * own, and nothing but the load balancer probes it.
 *
 * Costs: three health checks a region, two of them probed every ten seconds over HTTPS.
 * Survives: the loss of the region, and of Route 53's own control plane in us-east-1.
 * Does not survive: clients that keep an answer longer than they are told to.
 */
export class RegionalDns extends Construct implements DnsOutputs {
  readonly url: string;
  /** Null: this region answers whenever no other one does, or an accelerator leads clients. */
  readonly healthCheck: route53.CfnHealthCheck | null;

  constructor(scope: Construct, id: string, props: RegionalDnsProps) {
    super(scope, id);
    this.url = `https://${props.plan.domainName}`;
    if (props.routing.policy === 'anycast') this.tellAccelerator(props);
    this.healthCheck = props.switchedBy === null ? null : this.createHealthCheck(props);
    for (const choice of planChoices(props)) this.createRecords(choice, props);
  }

  private tellAccelerator({ name, loadBalancer }: RegionalDnsProps): void {
    publishParameter(this, {
      name,
      parameter: 'load-balancer',
      value: loadBalancer.resource.loadBalancerArn,
    });
  }

  private createHealthCheck(props: RegionalDnsProps): route53.CfnHealthCheck {
    const { routing, target, loadBalancer, switchedBy } = props;
    const pace = {
      requestInterval: routing.probeIntervalSeconds,
      failureThreshold: routing.failureThreshold,
    };
    const answers = this.createCheck('Answers', target.region, {
      ...pace,
      type: 'HTTPS',
      fullyQualifiedDomainName: loadBalancer.hostName,
      port: 443,
      resourcePath: routing.healthPath,
      enableSni: true,
    });
    if (switchedBy === null) return answers;
    const open = this.createCheck('Open', `${target.region} is open`, {
      ...pace,
      type: 'HTTPS',
      fullyQualifiedDomainName: `${switchedBy.bucket}.s3.${switchedBy.region}.${Aws.URL_SUFFIX}`,
      port: 443,
      resourcePath: `/${switchPath(target.region)}`,
      enableSni: true,
      // The object is there while the region is closed. One that cannot be read closes nothing.
      inverted: true,
    });
    return this.createCheck('Resource', `${target.region} answers and is open`, {
      type: 'CALCULATED',
      childHealthChecks: [answers.attrHealthCheckId, open.attrHealthCheckId],
      healthThreshold: 2,
    });
  }

  private createCheck(
    id: string,
    name: string,
    healthCheckConfig: route53.CfnHealthCheck.HealthCheckConfigProperty,
  ): route53.CfnHealthCheck {
    return new route53.CfnHealthCheck(this, id, {
      healthCheckConfig,
      healthCheckTags: [{ key: 'Name', value: name }],
    });
  }

  private createRecords(choice: Choice, { plan, zone, loadBalancer }: RegionalDnsProps): void {
    const { resource } = loadBalancer;
    for (const type of loadBalancer.ipv6 ? ['A', 'AAAA'] : ['A']) {
      new route53.CfnRecordSet(this, `${type}-${choice.setIdentifier}`, {
        hostedZoneId: zone.hostedZoneId,
        name: `${plan.domainName}.`,
        type,
        aliasTarget: {
          dnsName: `dualstack.${resource.loadBalancerDnsName}`,
          hostedZoneId: resource.loadBalancerCanonicalHostedZoneId,
          evaluateTargetHealth: this.healthCheck !== null,
        },
        healthCheckId: this.healthCheck?.attrHealthCheckId,
        ...choice,
      });
    }
  }
}

function planChoices({ routing, target }: RegionalDnsProps): readonly Choice[] {
  const { region, rank, continents } = target;
  switch (routing.policy) {
    case 'failover':
      return [{ setIdentifier: region, failover: rank === 'primary' ? 'PRIMARY' : 'SECONDARY' }];
    case 'latency':
      return [{ setIdentifier: region, region }];
    case 'geolocation':
      return [
        ...continents.map((continentCode) => ({
          setIdentifier: `${region}-${continentCode}`,
          geoLocation: { continentCode },
        })),
        ...(routing.targets[0]?.region === region
          ? [{ setIdentifier: `${region}-anywhere`, geoLocation: { countryCode: ANYWHERE } }]
          : []),
      ];
    case 'anycast':
      return [];
  }
}
