import { Match } from 'aws-cdk-lib/assertions';
import { BackupVault } from 'aws-cdk-lib/aws-backup';
import { Backup, Database } from '../../../../constructs/aws';
import { build, buildDefaults } from '../support';

describe('Backup', () => {
  it('is left to RDS unless a vault is asked for', () => {
    const { template, gateway } = buildDefaults();
    template.resourceCountIs('AWS::Backup::BackupVault', 0);
    expect(gateway.backup).toBeNull();
  });

  it('keeps daily backups in a vault of its own and copies them to another region', () => {
    const arn = 'arn:aws:backup:eu-central-1:111111111111:backup-vault:far';
    const { stack, gateway, template } = build((props, scope) => ({
      ...props,
      backup: Backup.vault({
        copyTo: BackupVault.fromBackupVaultArn(scope, 'Far', arn),
        retentionDays: 21,
        window: '02:30-03:30',
      }),
    }));
    template.hasResource('AWS::Backup::BackupVault', {
      DeletionPolicy: 'Retain',
      Properties: { EncryptionKeyArn: Match.anyValue(), AccessPolicy: Match.anyValue() },
    });
    template.hasResourceProperties('AWS::Backup::BackupPlan', {
      BackupPlan: {
        BackupPlanRule: [
          Match.objectLike({
            ScheduleExpression: 'cron(30 2 * * ? *)',
            Lifecycle: { DeleteAfterDays: 21 },
            CopyActions: [{ DestinationBackupVaultArn: arn, Lifecycle: { DeleteAfterDays: 21 } }],
          }),
        ],
      },
    });
    template.hasResourceProperties('AWS::Backup::BackupSelection', {
      BackupSelection: { Resources: [stack.resolve(gateway.database.arn)] },
    });
    template.hasResourceProperties('AWS::RDS::DBInstance', { BackupRetentionPeriod: 21 });
  });

  it('restores the newest backup every week to see that it can be', () => {
    const { stack, gateway, template } = build((props) => ({ ...props, backup: Backup.vault() }));
    template.hasResourceProperties('AWS::Backup::RestoreTestingPlan', {
      ScheduleExpression: 'cron(0 10 ? * TUE *)',
      RecoveryPointSelection: {
        Algorithm: 'LATEST_WITHIN_WINDOW',
        IncludeVaults: [stack.resolve(gateway.backup?.vault.backupVaultArn)],
      },
    });
    template.hasResourceProperties('AWS::Backup::RestoreTestingSelection', {
      ProtectedResourceType: 'RDS',
      ProtectedResourceArns: [stack.resolve(gateway.database.arn)],
    });
  });

  it('knows Aurora by its name', () => {
    const { template } = build((props) => ({
      ...props,
      backup: Backup.vault(),
      database: Database.aurora(),
    }));
    template.hasResourceProperties('AWS::Backup::RestoreTestingSelection', {
      ProtectedResourceType: 'Aurora',
    });
  });
});
