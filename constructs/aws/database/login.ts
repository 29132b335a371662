import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { DatabasePlan } from '../../../lib';
import type { DatabaseLogin } from '../secrets/secrets';

/** What replicas log in as with tokens of RDS. It reads and writes rows; what the tables are is the owner's alone. */
export const REPLICA_ROLE = 'litellm_gateway';

/** Who the tables belong to, where replicas are somebody else: logs in to migrate, and for nothing else. */
export interface SchemaOwner {
  readonly userName: string;
  /** JSON with `password`, which changes by the clock. */
  readonly credentials: ISecret;
}

/** The database as replicas see it: on RDS with tokens they are not the owner. */
export function planReplicaLogin(plan: DatabasePlan, login: DatabaseLogin): DatabasePlan {
  return login === 'rds-iam' ? { ...plan, userName: REPLICA_ROLE } : plan;
}

/**
 * Lets somebody log in as replicas do, and to these servers alone. Of RDS each instance is a resource of its own, of Aurora
 * the cluster is.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
 */
export function grantReplicaLogin(
  scope: Construct,
  grantee: iam.IGrantable,
  resourceIds: readonly string[],
): void {
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['rds-db:connect'],
    resourceArns: resourceIds.map((id) =>
      Arn.format(
        {
          service: 'rds-db',
          resource: 'dbuser',
          resourceName: `${id}/${REPLICA_ROLE}`,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        },
        Stack.of(scope),
      ),
    ),
  });
}
