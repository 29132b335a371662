import { Match, type Template } from 'aws-cdk-lib/assertions';
import { type ActiveActive, Backup, Compute, Database } from '../../../../../constructs/aws';
import {
  type CloudFormationTemplate,
  readManifests,
} from '../../../../../constructs/aws/testing/template';
import { SpecError } from '../../../../../lib';
import { buildDistributed, templateOf } from '../../multi-region-support';
import { build, gatewayFolder, shortStreams } from '../../support';

const ID = { Ref: Match.stringLikeRegexp('^SsmParameterValuelitellmhalitellmdatabase') };
const ARN = {
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':dsql:us-east-1:',
      { Ref: 'AWS::AccountId' },
      ':cluster/',
      ID,
    ],
  ],
};
const URL = {
  'Fn::Join': [
    '',
    ['postgresql://admin@', ID, '.dsql.us-east-1.on.aws:5432/postgres?sslmode=verify-full'],
  ],
};

describe('DistributedDatabase', () => {
  let gateway: ActiveActive;
  let template: Template;

  beforeAll(() => {
    gateway = buildDistributed();
    template = templateOf(gateway, 'us-east-1');
  });

  it("reads the cluster's id from the region's own Parameter Store, and asks no other stack", () => {
    template.hasParameter('*', {
      Type: 'AWS::SSM::Parameter::Value<String>',
      Default: '/litellm-ha/litellm/database',
    });
    const text = JSON.stringify(template.toJSON());
    expect(text).not.toContain('Fn::ImportValue');
    expect(text).not.toContain('Custom::RegionParameter');
  });

  it('has pods log in as the owner, by tokens over TLS that they check', () => {
    const environment = JSON.stringify(
      readManifests(template.toJSON() as CloudFormationTemplate).find(
        ({ kind }) => kind === 'Deployment',
      ),
    );
    expect(environment).toContain('{"name":"LITELLM_HA_DATABASE_AUTH","value":"dsql-iam"}');
    expect(environment).toContain('{"name":"AWS_REGION","value":"us-east-1"}');
    expect(environment).not.toContain('DATABASE_PASSWORD');
    expect(JSON.stringify(template.toJSON())).toContain('postgres?sslmode=verify-full');
  });

  it('lets exactly replicas, migration and executor log in, and to this cluster alone', () => {
    const policies = Object.values(
      template.findResources('AWS::IAM::Policy', {
        Properties: {
          PolicyDocument: {
            Statement: Match.arrayWith([
              { Action: 'dsql:DbConnectAdmin', Effect: 'Allow', Resource: ARN },
            ]),
          },
        },
      }),
    );
    expect(policies).toHaveLength(3);
    const roles = JSON.stringify(policies.map(({ Properties }) => (Properties as Roles).Roles));
    expect(roles).toContain('ComputeRole');
    expect(roles).toContain('ComputeMigrationRole');
    expect(roles).toContain('ExecutorRole');
  });

  it('makes up no password', () => {
    const names = Object.values(template.findResources('AWS::SecretsManager::Secret')).map(
      ({ Properties }) => (Properties as { readonly Name?: string }).Name ?? null,
    );
    expect(names).toEqual(['litellm/master-key', 'litellm/salt-key', null]);
    const { secrets } = gateway.regions[0]?.parts ?? {};
    expect(() => secrets?.databaseCredentials).toThrow('who logs in by tokens has no password');
  });

  it('needs neither servers nor doors of its own', () => {
    template.resourceCountIs('AWS::RDS::DBInstance', 0);
    template.resourceCountIs('AWS::RDS::DBCluster', 0);
    template.resourceCountIs('AWS::RDS::EventSubscription', 0);
  });

  it('is backed up by AWS Backup in each region, without restore tests that know no such database', () => {
    for (const { region } of gateway.regions) {
      const each = templateOf(gateway, region);
      each.hasResourceProperties('AWS::Backup::BackupSelection', {
        BackupSelection: { Resources: [Match.objectLike({ 'Fn::Join': Match.anyValue() })] },
      });
      each.hasResourceProperties('AWS::Backup::BackupPlan', {
        BackupPlan: {
          BackupPlanRule: [Match.objectLike({ Lifecycle: { DeleteAfterDays: 30 } })],
        },
      });
      each.resourceCountIs('AWS::Backup::RestoreTestingSelection', 0);
    }
  });

  it('has its schema brought up to date by the first region alone', () => {
    const jobs = gateway.regions.map(({ region }) =>
      readManifests(templateOf(gateway, region).toJSON() as CloudFormationTemplate).filter(
        ({ kind }) => kind === 'Job',
      ),
    );
    expect(jobs.map(({ length }) => length)).toEqual([1, 0]);
    for (const { region } of gateway.regions) {
      const text = JSON.stringify(templateOf(gateway, region).toJSON());
      expect(text).toContain('DISABLE_SCHEMA_UPDATE');
    }
  });

  it('tells the executor that there is no writer to promote, and no password', () => {
    const settings = JSON.stringify(
      Object.values(
        template.findResources('AWS::Lambda::Function', {
          Properties: { FunctionName: 'litellm-failover' },
        }),
      )[0],
    );
    expect(settings).toContain(String.raw`\"kind\":\"dsql\"`);
    expect(settings).toContain(String.raw`\"credentialsSecret\":null`);
  });

  it('shows its transactions where others show connections', () => {
    const dashboards = JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));
    expect(dashboards).toContain('Transactions of Aurora DSQL');
    expect(dashboards).not.toContain('Connections of the database');
  });

  it('takes the vault that is chosen, and a wish for more connections', () => {
    const chosen = buildDistributed({
      backup: Backup.vault({ retentionDays: 14 }),
      database: Database.distributed({ maxConnections: 900 }),
    });
    templateOf(chosen, 'us-east-2').hasResourceProperties('AWS::Backup::BackupPlan', {
      BackupPlan: { BackupPlanRule: [Match.objectLike({ Lifecycle: { DeleteAfterDays: 14 } })] },
    });
    expect(chosen.regions[0]?.parts.databasePlan).toMatchObject({
      userName: 'admin',
      databaseName: 'postgres',
      maxConnections: 900,
    });
  });

  it('rejects being the database of one region', () => {
    // Types refuse it as well.
    const database = Database.distributed() as never;
    const work = (): unknown => build((props) => ({ ...props, database }));
    expect(work).toThrow(SpecError);
    expect(work).toThrow(
      'database must be Database.rds(), Database.aurora() or Database.existing() in one region, got ' +
        "Database.distributed(); leave it out, or use ActiveActive with dataMode 'distributed-sql'",
    );
  });

  it('rejects LiteLLM’s own image, whose tables it cannot hold', () => {
    expect(() =>
      buildDistributed({ image: { reference: 'ghcr.io/berriai/litellm:v1.80.0-stable' } }),
    ).toThrow(
      'image must run the gateway of this package in data mode distributed-sql, because Amazon Aurora DSQL has neither the ' +
        "foreign keys of LiteLLM's tables nor the locks of its migrations, and takes no password, got " +
        "ghcr.io/berriai/litellm:v1.80.0-stable; leave it out, or choose 'global-database'",
    );
  });

  it('rejects another kind of database', () => {
    expect(() => buildDistributed({ database: Database.rds() })).toThrow(
      'database must be Database.distributed() in data mode distributed-sql (Amazon Aurora DSQL), got Database.rds(); ' +
        'leave it out, or choose the other dataMode',
    );
  });
});

describe('DistributedDatabase of tasks on Fargate', () => {
  it('is reached by an address without a password, once the role of the tasks may log in', () => {
    const template = templateOf(
      buildDistributed({
        ...shortStreams(),
        compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
      }),
      'us-east-1',
    );
    for (const { Properties } of Object.values(
      template.findResources('AWS::SecretsManager::Secret', {
        Properties: { Description: 'Address of the database of the gateway' },
      }),
    )) {
      expect(JSON.stringify(Properties)).toContain('verify-full');
    }
    template.hasResourceProperties('AWS::SecretsManager::Secret', { SecretString: URL });
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: Match.arrayWith([
        Match.objectLike({
          Environment: Match.arrayWith([
            { Name: 'LITELLM_HA_DATABASE_AUTH', Value: 'dsql-iam' },
            { Name: 'AWS_REGION', Value: 'us-east-1' },
          ]),
        }),
      ]),
    });
    template.hasResource('Custom::GatewayMigration', {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('TaskRoleDefaultPolicy')]),
    });
  });
});

interface Roles {
  readonly Roles: unknown;
}
