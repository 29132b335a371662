import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { DatabasePlan } from '../../../lib';
import type { DatabaseBlockProps } from './database';

/** What RDS and Aurora are set to alike. */

export const PARAMETER_GROUP_DESCRIPTION =
  'Encrypted connections only, the planned number of them, and none that is forgotten';

export function databaseParameters(plan: DatabasePlan): Record<string, string> {
  return {
    'rds.force_ssl': '1',
    max_connections: String(plan.maxConnections),
    // Both in milliseconds.
    log_min_duration_statement: '1000',
    idle_in_transaction_session_timeout: '60000',
    // A replica that vanished without a word gives its connections back after a minute and a half; RDS waits six.
    tcp_keepalives_idle: '60',
    tcp_keepalives_interval: '10',
    tcp_keepalives_count: '3',
  };
}

/** A door that opens for nobody until somebody is let in by name. */
export function createDatabaseConnections(
  scope: Construct,
  { network, plan }: Pick<DatabaseBlockProps, 'network' | 'plan'>,
): ec2.Connections {
  const securityGroup = new ec2.SecurityGroup(scope, 'SecurityGroup', {
    vpc: network.vpc,
    description: 'Database of the gateway: its port, from whoever is let in by name',
    allowAllOutbound: false,
  });
  return new ec2.Connections({
    securityGroups: [securityGroup],
    defaultPort: ec2.Port.tcp(plan.port),
  });
}

/** Kept when the stack goes: without it the last snapshot is noise. */
export function createStorageKey(scope: Construct): kms.Key {
  return new kms.Key(scope, 'Key', {
    description: 'Encrypts the database of the gateway and its backups',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
