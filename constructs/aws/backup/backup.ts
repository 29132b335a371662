import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { BackupPlan, BackupProps } from '../../../lib';
import type { Database } from '../database/database';
import { acknowledge, managedPolicyFinding } from '../foundation/acknowledge';

/** Backups of the database in a vault of their own, apart from those that RDS keeps beside the instance. */
export interface VaultOptions extends BackupProps {
  /**
   * A vault in another region, or another account, to which each backup is copied. It must exist before this stack.
   *
   * @default - not copied: the loss of the region loses the backups as well
   */
  readonly copyTo?: backup.IBackupVault;
}

export interface VaultChoice extends VaultOptions {
  readonly kind: 'vault';
}

export interface BackupBlockProps {
  readonly plan: BackupPlan;
  readonly database: Database;
  readonly target: VaultChoice;
}

/** On a day and at an hour at which somebody is there to look. */
const RESTORE_TEST_SCHEDULE = 'cron(0 10 ? * TUE *)';
const SERVICE_POLICIES = {
  backup: 'service-role/AWSBackupServiceRolePolicyForBackup',
  restore: 'service-role/AWSBackupServiceRolePolicyForRestores',
};

/**
 * Daily backups of the database by AWS Backup, copied to another region where one is named, and restored every week to
 * see that they can be.
 *
 * Costs: storage of the backups and their copies, the vault's key, and an instance for some hours a week.
 * Survives: the deletion of the database and of the stack; with a copy, the loss of the region.
 * Does not survive: without a copy, the loss of the region. Writes since the last backup are in RDS's own log only.
 */
export class Backup extends Construct {
  /** Backups in a vault, with restore tests. */
  static vault(options: VaultOptions = {}): VaultChoice {
    return { kind: 'vault', ...options };
  }

  readonly vault: backup.BackupVault;
  /** The plan. */
  readonly resource: backup.BackupPlan;

  constructor(scope: Construct, id: string, props: BackupBlockProps) {
    super(scope, id);
    this.vault = new backup.BackupVault(this, 'Vault', {
      encryptionKey: new kms.Key(this, 'Key', {
        description: 'Encrypts the backups of the gateway',
        enableKeyRotation: true,
        removalPolicy: RemovalPolicy.RETAIN,
      }),
      removalPolicy: RemovalPolicy.RETAIN,
      blockRecoveryPointDeletion: true,
    });
    this.resource = this.createPlan(props);
    if (props.database.backupType !== null) {
      this.createRestoreTest(props.database, props.database.backupType);
    }
  }

  private createPlan({ plan, database, target }: BackupBlockProps): backup.BackupPlan {
    const [hour, minute] = plan.windowStart.split(':') as [string, string];
    const deleteAfter = Duration.days(plan.retentionDays);
    const backupPlan = new backup.BackupPlan(this, 'Resource', { backupVault: this.vault });
    backupPlan.addRule(
      new backup.BackupPlanRule({
        ruleName: 'Daily',
        scheduleExpression: events.Schedule.cron({
          hour: String(Number(hour)),
          minute: String(Number(minute)),
        }),
        startWindow: Duration.hours(1),
        completionWindow: Duration.hours(6),
        deleteAfter,
        copyActions:
          target.copyTo === undefined
            ? []
            : [{ destinationBackupVault: target.copyTo, deleteAfter }],
      }),
    );
    backupPlan.addSelection('Database', {
      resources: [backup.BackupResource.fromArn(database.arn)],
      role: this.createRole('BackupRole', SERVICE_POLICIES.backup),
      disableDefaultBackupPolicy: true,
    });
    return backupPlan;
  }

  /** A backup that was never restored is a hope. AWS deletes what it restored when the window is over. */
  private createRestoreTest(database: Database, backupType: 'RDS' | 'Aurora'): void {
    const suffix = this.node.addr.slice(-8);
    const plan = new backup.CfnRestoreTestingPlan(this, 'RestoreTest', {
      restoreTestingPlanName: `gateway_${suffix}`,
      scheduleExpression: RESTORE_TEST_SCHEDULE,
      startWindowHours: 4,
      recoveryPointSelection: {
        algorithm: 'LATEST_WITHIN_WINDOW',
        selectionWindowDays: 7,
        recoveryPointTypes: ['SNAPSHOT'],
        includeVaults: [this.vault.backupVaultArn],
      },
    });
    const selection = new backup.CfnRestoreTestingSelection(this, 'RestoreTestDatabase', {
      restoreTestingPlanName: plan.restoreTestingPlanName,
      restoreTestingSelectionName: `database_${suffix}`,
      protectedResourceType: backupType,
      protectedResourceArns: [database.arn],
      iamRoleArn: this.createRole('RestoreRole', SERVICE_POLICIES.restore).roleArn,
      validationWindowHours: 4,
    });
    selection.addResourceDependency(plan);
  }

  private createRole(id: string, policy: string): iam.Role {
    const role = new iam.Role(this, id, {
      assumedBy: new iam.ServicePrincipal('backup.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName(policy)],
    });
    acknowledge(role, {
      findings: [managedPolicyFinding(policy)],
      reason:
        'What AWS Backup needs to back up and restore grows with the service, and AWS keeps it in this policy. Only the ' +
        'service assumes the role, and the selection names the one database it works on.',
    });
    return role;
  }
}
