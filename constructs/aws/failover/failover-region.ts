import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { BackupPlan, DatabasePlan } from '../../../lib';
import type { ComputeInUse } from '../compute/create-compute';
import type { DatabaseInUse } from '../database/create-database';
import type { LoadBalancer } from '../load-balancer/load-balancer';
import type { Network } from '../network/network';
import type { Secrets } from '../secrets/secrets';

/** What the steps of a failover touch in a region. */
export interface FailoverRegion {
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: DatabaseInUse;
  /** What was planned of the database, with the names of an existing one. */
  readonly databasePlan: DatabasePlan;
  readonly backupPlan: BackupPlan;
  readonly compute: ComputeInUse;
  readonly loadBalancer: LoadBalancer;
  readonly monitoring: FailoverAlarms;
}

/** What speaks for the health of a region, and whom it tells. */
export interface FailoverAlarms {
  readonly alarmTopic: ITopic;
  readonly stopAlarms: readonly IAlarm[];
}
