import { Aws } from 'aws-cdk-lib';

/**
 * What parts of a gateway in several regions are called. A region names what another one makes by these, as plain text:
 * a reference would ask the other region each time its stack is deployed, also when that region is gone.
 */
export interface PhysicalNames {
  readonly masterKey: string;
  readonly saltKey: string;
  readonly databaseCredentials: string;
  /** The database that spans regions, on Aurora. */
  readonly globalCluster: string;
  /** The function that takes the steps of a failover: the same name in each region. */
  readonly executor: string;
  /** What clients are led to in each region; metrics of other regions are looked up by it. */
  readonly loadBalancer: string;
  database(region: string): string;
  databaseArn(region: string): string;
  clusterArn(region: string): string;
  executorArn(region: string): string;
  /** By which the accelerator's stack gives the executor the right to turn dials. */
  executorRole(region: string): string;
  /** Holds the switches of those regions whose place this one takes. */
  switchBucket(region: string): string;
  failoverMachine(kind: 'failover' | 'failback', ofRegion: string): string;
  /** The plan of ARC Region switch. */
  readonly regionSwitchPlan: string;
  /** The alarm that says that users of a region are failed: the same name in each. */
  readonly healthAlarm: string;
  healthAlarmArn(region: string): string;
  /** The function that takes a step as a block of the plan. */
  planBlock(kind: 'failover' | 'failback', stepId: string): string;
  planBlockArn(block: {
    readonly region: string;
    readonly kind: 'failover' | 'failback';
    readonly stepId: string;
  }): string;
}

export function namePhysically(name: string): PhysicalNames {
  const arn = (service: string, region: string, resource: string): string =>
    `arn:${Aws.PARTITION}:${service}:${region}:${Aws.ACCOUNT_ID}:${resource}`;
  const database = (region: string): string => `${name}-${region}`;
  const executor = `${name}-failover`;
  const healthAlarm = `${name}-load-balancer-errors`;
  const planBlock = (kind: 'failover' | 'failback', stepId: string): string =>
    `${name}-${kind}-${stepId.replaceAll('.', '-')}`;
  return {
    masterKey: `${name}/master-key`,
    saltKey: `${name}/salt-key`,
    databaseCredentials: `${name}/database`,
    globalCluster: `${name}-global`,
    executor,
    // No longer than 32 characters, and never beginning with `internal-`, which AWS keeps for itself.
    loadBalancer: `gateway-${name}-lb`,
    database,
    databaseArn: (region) => arn('rds', region, `db:${database(region)}`),
    clusterArn: (region) => arn('rds', region, `cluster:${database(region)}`),
    executorRole: (region) => `${executor}-${region}`,
    executorArn: (region) => arn('lambda', region, `function:${executor}`),
    // Names of buckets are one space for the whole world, hence the account.
    switchBucket: (region) => `${name}-switch-${Aws.ACCOUNT_ID}-${region}`,
    failoverMachine: (kind, ofRegion) => `${name}-${kind}-${ofRegion}`,
    // No longer than 32 characters.
    regionSwitchPlan: `${name}-failover`,
    healthAlarm,
    healthAlarmArn: (region) => arn('cloudwatch', region, `alarm:${healthAlarm}`),
    planBlock,
    planBlockArn: ({ region, kind, stepId }) =>
      arn('lambda', region, `function:${planBlock(kind, stepId)}`),
  };
}
