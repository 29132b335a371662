import { DnsRecordSet } from '@cdktf/provider-google/lib/dns-record-set';
import { Construct } from 'constructs';
import type { DnsOutputs, DnsPlan } from '../../../lib';

export interface DnsBlockProps {
  readonly plan: DnsPlan;
  readonly project: string;
  /** Null: no record is created. */
  readonly managedZone: string | null;
  /** Address of the load balancer. */
  readonly address: string;
}

/** The address is anycast and never changes, so that resolvers may keep it. */
const TTL_SECONDS = 300;

/**
 * The public name of the gateway in Cloud DNS.
 *
 * Costs: fractions of a cent. Survives the loss of any region: Cloud DNS answers from everywhere, and no failure is mended
 * by changing the record.
 */
export class Dns extends Construct implements DnsOutputs {
  readonly url: string;
  /** Null when the record is kept elsewhere. */
  readonly resource: DnsRecordSet | null;

  constructor(scope: Construct, id: string, props: DnsBlockProps) {
    super(scope, id);
    this.url = `https://${props.plan.domainName}`;
    this.resource = props.managedZone === null ? null : this.createRecord(props, props.managedZone);
  }

  private createRecord(props: DnsBlockProps, managedZone: string): DnsRecordSet {
    return new DnsRecordSet(this, 'Resource', {
      project: props.project,
      managedZone,
      name: `${props.plan.domainName}.`,
      type: 'A',
      ttl: TTL_SECONDS,
      rrdatas: [props.address],
    });
  }
}
