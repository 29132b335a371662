import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as rds from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { DatabasePlan, Endpoint } from '../../../lib';
import { UNWATCHED } from './alarms';
import { Database } from './database';

export interface ExistingDatabaseBlockProps {
  readonly plan: DatabasePlan;
  readonly server: rds.IDatabaseInstance | rds.IDatabaseCluster;
}

/**
 * A database that is there already.
 *
 * Costs: nothing more. Survives, does not survive: what whoever runs it has provided for. It has no alarms here.
 */
export class ExistingDatabase extends Database {
  readonly kind = 'existing';
  readonly backupType: 'RDS' | 'Aurora';
  readonly arn: string;
  readonly writer: Endpoint;
  readonly reader: Endpoint;
  readonly connections: ec2.Connections;
  readonly resource: rds.IDatabaseInstance | rds.IDatabaseCluster;
  readonly watched = UNWATCHED;

  constructor(scope: Construct, id: string, { plan, server }: ExistingDatabaseBlockProps) {
    super(scope, id);
    this.resource = server;
    this.connections = server.connections;
    const { port } = plan;
    if ('clusterIdentifier' in server) {
      this.backupType = 'Aurora';
      this.arn = server.clusterArn;
      this.writer = { host: server.clusterEndpoint.hostname, port };
      this.reader = { host: server.clusterReadEndpoint.hostname, port };
    } else {
      this.backupType = 'RDS';
      this.arn = server.instanceArn;
      this.writer = { host: server.dbInstanceEndpointAddress, port };
      this.reader = this.writer;
    }
  }
}
