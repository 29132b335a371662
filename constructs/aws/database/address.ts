import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { databaseHost, listPeers, type RegionPlace } from '../foundation/region-place';
import type { RdsInstances } from './rds/instances';
import type { RdsReplica } from './rds/replica';

export interface DatabaseAddressProps {
  readonly place: RegionPlace;
  /** Holds the public name of the gateway. */
  readonly zone: route53.IHostedZone;
  readonly database: RdsInstances | RdsReplica;
}

/** As long as an alias record of a load balancer is kept. An instance that takes another's name takes its address, too. */
const TTL_SECONDS = 60;

/**
 * Where the other regions find the database of this one, and the door that lets them in: a name that is known before the
 * database is, and a rule for the range of each network. By ranges, since no security group is known in another region.
 *
 * The name leads to that of RDS, which answers with a private address wherever it is asked; who is outside the connected
 * networks learns it and cannot reach it. It stands on no certificate of RDS: replicas connect with `sslmode=require`, which
 * encrypts and asks for no name.
 *
 * Costs: nothing beyond the zone's queries, which are few: connections are kept.
 * Survives: the loss of any other region, and the promotion of the database. Does not survive: the loss of its own region.
 */
export class DatabaseAddress extends Construct {
  readonly host: string;
  readonly resource: route53.CfnRecordSet;

  constructor(scope: Construct, id: string, { place, zone, database }: DatabaseAddressProps) {
    super(scope, id);
    this.host = databaseHost(place, place.region);
    this.resource = new route53.CfnRecordSet(this, 'Resource', {
      hostedZoneId: zone.hostedZoneId,
      name: `${this.host}.`,
      type: 'CNAME',
      ttl: String(TTL_SECONDS),
      resourceRecords: [database.resource.dbInstanceEndpointAddress],
    });
    for (const peer of listPeers(place)) this.admit(peer, { place, database });
  }

  /** Made here and not by the group: one rule for each region, that changes with that region's range alone. */
  private admit(
    peer: string,
    { place, database }: Pick<DatabaseAddressProps, 'place' | 'database'>,
  ): void {
    database.connections.securityGroups.forEach((group, index) => {
      new ec2.CfnSecurityGroupIngress(this, `From-${peer}-${index + 1}`, {
        groupId: group.securityGroupId,
        cidrIp: place.cidrs[peer],
        ipProtocol: 'tcp',
        fromPort: database.writer.port,
        toPort: database.writer.port,
        description: `The gateway in ${peer}`,
      });
    });
  }
}
