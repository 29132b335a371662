import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { DnsOutputs, DnsPlan } from '../../../lib';
import type { LoadBalancer } from '../load-balancer/load-balancer';

export interface DnsBlockProps {
  readonly plan: DnsPlan;
  readonly zone: route53.IHostedZone;
  readonly loadBalancer: LoadBalancer;
}

/**
 * The public name of the gateway, as alias records: they follow the load balancer's addresses, and answer nothing while
 * it has no healthy replica.
 *
 * Costs: nothing beyond the zone; queries of alias records to a load balancer are free.
 * Survives: the loss of a zone. Does not survive: the loss of the region, having nowhere else to lead.
 */
export class Dns extends Construct implements DnsOutputs {
  readonly url: string;
  /** The IPv4 record. */
  readonly resource: route53.ARecord;

  constructor(scope: Construct, id: string, { plan, zone, loadBalancer }: DnsBlockProps) {
    super(scope, id);
    const record = {
      zone,
      // The trailing dot keeps CDK from appending the zone's name to a name that is complete.
      recordName: `${plan.domainName}.`,
      target: route53.RecordTarget.fromAlias(
        new LoadBalancerTarget(loadBalancer.resource, { evaluateTargetHealth: true }),
      ),
    };
    this.resource = new route53.ARecord(this, 'Resource', record);
    if (loadBalancer.ipv6) new route53.AaaaRecord(this, 'Ipv6', record);
    this.url = `https://${plan.domainName}`;
  }
}
