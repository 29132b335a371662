import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { DnsPlan } from '../../lib';
import { Dns } from './dns/dns';
import type { Region } from './region';

export interface EdgeBlockProps {
  readonly plan: DnsPlan;
  readonly zone: IHostedZone;
  readonly region: Region;
}

/** What exists once, however many regions there are: the name that clients use. */
export class Edge extends Construct {
  readonly dns: Dns;

  constructor(scope: Construct, id: string, { plan, zone, region }: EdgeBlockProps) {
    super(scope, id);
    this.dns = new Dns(this, 'Dns', { plan, zone, loadBalancer: region.loadBalancer });
  }
}
