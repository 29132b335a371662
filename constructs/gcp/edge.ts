import { Construct } from 'constructs';
import type { DnsPlan } from '../../lib';
import { Dns } from './dns/dns';
import type { GoogleSpec } from './google-spec';
import type { Region } from './region';

export interface EdgeProps {
  readonly plan: DnsPlan;
  readonly google: GoogleSpec;
  readonly primary: Region;
}

/** What stands once, in front of all regions. */
export class Edge extends Construct {
  readonly dns: Dns;

  constructor(scope: Construct, id: string, { plan, google, primary }: EdgeProps) {
    super(scope, id);
    this.dns = new Dns(this, 'Dns', {
      plan,
      project: google.placement.project,
      managedZone: google.managedZone,
      address: primary.loadBalancer.hostName,
    });
  }
}
