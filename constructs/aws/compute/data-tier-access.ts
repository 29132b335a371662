import { CfnSecurityGroupIngress, type ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Cache } from '../cache/cache';
import type { Database } from '../database/database';

/**
 * Lets replicas reach database and cache, each on its port alone. The rules are made here and not by the groups, which
 * would put them into their own stack: then a cluster or a database of another stack came to depend on this one.
 */
export function openDataTier(
  scope: Construct,
  replicas: ISecurityGroup,
  { database, cache }: { readonly database: Database; readonly cache: Cache },
): readonly CfnSecurityGroupIngress[] {
  const doors = [
    { name: 'Database', groups: database.connections.securityGroups, port: database.writer.port },
    { name: 'Cache', groups: cache.connections.securityGroups, port: cache.primary.port },
  ];
  return doors.flatMap(({ name, groups, port }) =>
    groups.map(
      (group, index) =>
        new CfnSecurityGroupIngress(scope, `${name}Ingress${index + 1}`, {
          groupId: group.securityGroupId,
          sourceSecurityGroupId: replicas.securityGroupId,
          ipProtocol: 'tcp',
          fromPort: port,
          toPort: port,
          description: 'Replicas of the gateway',
        }),
    ),
  );
}
