import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Compute, Database, type SingleRegionHAProps } from '../../../../constructs/aws';
import {
  type CloudFormationTemplate,
  readManifests,
} from '../../../../constructs/aws/testing/template';
import { build, gatewayFolder, shortStreams } from '../support';

const PARAMETERS = 'sslmode=require&uselibpqcompat=true';

function buildWith(change: Partial<SingleRegionHAProps>): Template {
  return build((props) => ({ ...props, ...change })).template;
}

/** What may log in: the name of each role's policy, and the resource ids that it names. */
function readRights(template: Template): Readonly<Record<string, readonly unknown[]>> {
  const found = Object.entries(template.findResources('AWS::IAM::Policy')).flatMap(
    ([id, { Properties }]) =>
      (Properties as Policy).PolicyDocument.Statement.filter(
        ({ Action }) => Action === 'rds-db:connect',
      ).map(({ Resource }) => [id, [Resource].flat().map(readResource)] as const),
  );
  return Object.fromEntries(found);
}

function readResource(resource: unknown): unknown {
  const { 'Fn::Join': joined } = resource as { readonly 'Fn::Join': readonly [string, unknown[]] };
  expect(joined[1]).toEqual([
    'arn:',
    { Ref: 'AWS::Partition' },
    ':rds-db:',
    { Ref: 'AWS::Region' },
    ':',
    { Ref: 'AWS::AccountId' },
    ':dbuser:',
    expect.anything(),
    '/litellm_gateway',
  ]);
  return joined[1][7];
}

describe('grantReplicaLogin on RDS, to tasks on Fargate', () => {
  let template: Template;

  beforeAll(() => {
    template = buildWith({
      ...shortStreams(),
      compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
      database: Database.rds({ login: 'iam', readReplicas: 2 }),
    });
  });

  it('lets replicas log in to the primary and to each replica of it, as one role', () => {
    const instances = Object.keys(template.findResources('AWS::RDS::DBInstance'));
    expect(instances).toHaveLength(3);
    const rights = readRights(template);
    expect(Object.keys(rights)).toEqual([
      expect.stringMatching(/^GatewayRegionComputeTaskTaskRole/),
    ]);
    expect(Object.values(rights)).toEqual([
      instances.map((id) => ({ 'Fn::GetAtt': [id, 'DbiResourceId'] })),
    ]);
  });

  it('gives replicas addresses without a password, and no secret of the database', () => {
    const [gateway] = containersOf(template, /ComputeTask/).filter(
      ({ Name }) => Name === 'Gateway',
    );
    expect(gateway?.Secrets.map(({ Name }) => Name)).toEqual([
      'LITELLM_MASTER_KEY',
      'LITELLM_SALT_KEY',
      'OPENAI_API_KEY',
      'REDIS_PASSWORD',
    ]);
    expect(gateway?.Environment).toEqual(
      expect.arrayContaining([
        { Name: 'LITELLM_HA_DATABASE_AUTH', Value: 'rds-iam' },
        { Name: 'AWS_REGION', Value: { Ref: 'AWS::Region' } },
        { Name: 'DISABLE_SCHEMA_UPDATE', Value: 'true' },
        { Name: 'DATABASE_URL', Value: addressOf('litellm_gateway') },
        { Name: 'DATABASE_URL_READ_REPLICA', Value: addressOf('litellm_gateway') },
      ]),
    );
    expect(JSON.stringify(template.toJSON())).not.toContain(':SecretString:password::}}@');
  });

  it('is migrated by the owner, in a task that has no other secret', () => {
    const [migration] = containersOf(template, /OwnerTask/);
    expect(migration?.Secrets).toEqual([
      {
        Name: 'DATABASE_PASSWORD',
        ValueFrom: {
          'Fn::Join': [
            '',
            [
              { Ref: expect.stringMatching(/^GatewayRegionSecretsDatabaseCredentials/) },
              ':password::',
            ],
          ],
        },
      },
    ]);
    expect(migration?.Environment).toEqual([
      { Name: 'LITELLM_HA_COMMAND', Value: 'migrate' },
      { Name: 'DATABASE_URL', Value: addressOf('litellm') },
      { Name: 'LITELLM_HA_DATABASE_LOGIN_ROLE', Value: 'litellm_gateway' },
    ]);
    template.hasResourceProperties('Custom::GatewayMigration', {
      TaskDefinition: { Ref: Match.stringLikeRegexp('OwnerTask') },
    });
  });

  it('lets nobody but the task of the owner read its password', () => {
    expect(readersOfPassword(template)).toEqual([
      expect.stringMatching(/^GatewayRegionComputeOwnerTaskExecutionRole/),
    ]);
  });
});

describe('grantReplicaLogin on Aurora, to pods on EKS', () => {
  let template: Template;
  let manifests: ReturnType<typeof readManifests>;

  beforeAll(() => {
    template = buildWith({ database: Database.aurora({ login: 'iam' }) });
    manifests = readManifests(template.toJSON() as CloudFormationTemplate);
  });

  it('lets pods log in to the cluster, which stands for all its instances', () => {
    const [cluster = ''] = Object.keys(template.findResources('AWS::RDS::DBCluster'));
    const rights = readRights(template);
    expect(Object.keys(rights)).toEqual([expect.stringMatching(/^GatewayRegionComputeRole/)]);
    expect(Object.values(rights)).toEqual([[{ 'Fn::GetAtt': [cluster, 'DBClusterResourceId'] }]]);
  });

  it('gives pods addresses without a password, and no secret of the database', () => {
    const pods = manifestOf('Deployment');
    expect(pods).toContain('"LITELLM_HA_DATABASE_AUTH","value":"rds-iam"');
    expect(pods).toContain('"DISABLE_SCHEMA_UPDATE","value":"true"');
    expect(pods).toContain('postgresql://litellm_gateway@');
    expect(pods).toContain(PARAMETERS);
    expect(pods).not.toContain('DATABASE_PASSWORD');
  });

  it('is migrated by the owner, in a Job that has no other secret and signs no token', () => {
    const job = manifestOf('Job');
    expect(job).toContain('postgresql://litellm@');
    expect(job).toContain('"LITELLM_HA_DATABASE_LOGIN_ROLE","value":"litellm_gateway"');
    expect(job).toContain('"DATABASE_PASSWORD","valueFrom"');
    expect(job).not.toContain('OPENAI_API_KEY');
    expect(job).not.toContain('LITELLM_HA_DATABASE_AUTH');
  });

  it('lets nobody but the migration read the password of the owner', () => {
    expect(readersOfPassword(template)).toEqual([
      expect.stringMatching(/^GatewayRegionComputeMigrationRole/),
    ]);
  });

  function manifestOf(kind: string): string {
    const found = manifests.filter((manifest) => manifest['kind'] === kind);
    expect(found).toHaveLength(1);
    return JSON.stringify(found);
  }
});

function addressOf(user: string): unknown {
  const end = `:5432/litellm?${PARAMETERS}`;
  return { 'Fn::Join': ['', [`postgresql://${user}@`, expect.anything(), end]] };
}

function containersOf(template: Template, id: RegExp): readonly Container[] {
  return Object.entries(template.findResources('AWS::ECS::TaskDefinition'))
    .filter(([each]) => id.test(each))
    .flatMap(([, task]) => (task['Properties'] as Task).ContainerDefinitions);
}

function readersOfPassword(template: Template): readonly string[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([, policy]) => /SecretsDatabaseCredentials/.test(JSON.stringify(policy)))
    .map(([id]) => id);
}

interface Policy {
  readonly PolicyDocument: {
    readonly Statement: readonly { readonly Action: unknown; readonly Resource: unknown }[];
  };
}

interface Task {
  readonly ContainerDefinitions: readonly Container[];
}

interface Container {
  readonly Name: string;
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Secrets: readonly { readonly Name: string; readonly ValueFrom: unknown }[];
}
