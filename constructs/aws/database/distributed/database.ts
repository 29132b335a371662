import { Arn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DatabasePlan, Endpoint } from '../../../../lib';
import { readParameter } from '../../foundation/region-parameters';
import { UNWATCHED } from '../alarms';
import { Database } from '../database';

export interface DistributedDatabaseProps {
  /** Name of the gateway. */
  readonly name: string;
  readonly plan: DatabasePlan;
}

/**
 * What Aurora DSQL calls its one database and the role that owns it. It takes no others.
 *
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/accessing.html
 */
const FIXED = { userName: 'admin', databaseName: 'postgres', port: 5432, readReplicas: 0 } as const;

export function planDistributedDatabase(plan: DatabasePlan): DatabasePlan {
  return { ...plan, ...FIXED };
}

/**
 * A region's end of a database that spans regions: Aurora DSQL. The cluster stands in a stack of its own; here is what leads
 * to it. Its id, which AWS makes up, is read from the region's own Parameter Store whenever this stack is deployed, and not
 * referred to: an export could not change any more while it is in use, and a stack that was brought may be of another
 * tool. Either way no other region is asked.
 *
 * Replicas reach it by its public address, through the network's way out, over TLS whose certificate they check. There is no
 * password: roles log in with tokens that they sign.
 *
 * It keeps no backups itself, so AWS Backup always makes them, in each region for itself. The account must have opted in to
 * that for Aurora DSQL: `aws backup update-region-settings`.
 *
 * Costs: see `DistributedDatabaseCluster`. Survives: the loss of another region. Does not survive: that of its own.
 */
export class DistributedDatabase extends Database {
  readonly kind = 'distributed';
  /** It cannot be tested by AWS Backup whether its backups can be restored. */
  readonly backupType = null;
  override readonly login = 'dsql-iam';
  readonly clusterId: string;
  readonly arn: string;
  readonly writer: Endpoint;
  /** The same: every end reads what was written last. */
  readonly reader: Endpoint;
  /** It stands in no network of ours. */
  readonly connections = new ec2.Connections();
  /** RDS knows nothing of it; its own alarms are in `distributed-database-alarms.ts`. */
  readonly watched = UNWATCHED;

  constructor(scope: Construct, id: string, { name, plan }: DistributedDatabaseProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.clusterId = readParameter(this, { name, parameter: 'database' });
    this.arn = Arn.format(
      { service: 'dsql', resource: 'cluster', resourceName: this.clusterId },
      stack,
    );
    this.writer = { host: `${this.clusterId}.dsql.${stack.region}.on.aws`, port: plan.port };
    this.reader = this.writer;
  }

  override grantLogin(grantee: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['dsql:DbConnectAdmin'],
      resourceArns: [this.arn],
    });
  }
}
