import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { readManifests } from '../../../contract/facts/aws';
import { build, buildDefaults } from '../support';

describe('Secrets', () => {
  it('generates four values that fit into URLs and keeps them when the stack goes', () => {
    const { template } = buildDefaults();
    const secrets = Object.values(
      template.findResources('AWS::SecretsManager::Secret', {
        Properties: { GenerateSecretString: { ExcludePunctuation: true, PasswordLength: 48 } },
      }),
    );
    expect(secrets).toHaveLength(4);
    expect(secrets.map((secret) => secret['DeletionPolicy'])).toEqual([
      'Retain',
      'Retain',
      'Retain',
      'Retain',
    ]);
  });

  it('lets replicas read exactly the secrets they need', () => {
    const { stack, template, gateway } = buildDefaults();
    const policies = template.findResources('AWS::IAM::Policy');
    const role = stack.resolve(gateway.compute.role.roleName).Ref as string;
    const statements = Object.values(policies)
      .filter((policy) => JSON.stringify(policy['Properties'].Roles).includes(role))
      .flatMap((policy) => policy['Properties'].PolicyDocument.Statement as Statement[]);
    expect(statements).toHaveLength(5);
    for (const statement of statements) {
      expect(statement.Action).toEqual([
        'secretsmanager:GetSecretValue',
        'secretsmanager:DescribeSecret',
      ]);
      expect(Object.keys(statement.Resource)).toEqual(['Ref']);
    }
  });

  it('takes a secret by its name, and lets replicas read no other', () => {
    const { stack, gateway, template } = build((props, scope) => ({
      ...props,
      secrets: { OPENAI_API_KEY: Secret.fromSecretNameV2(scope, 'Named', 'team/openai') },
    }));
    const role = stack.resolve(gateway.compute.role.roleName).Ref as string;
    const policy = Object.values(template.findResources('AWS::IAM::Policy')).find((each) =>
      JSON.stringify(each['Properties'].Roles).includes(role),
    );
    expect(JSON.stringify(policy)).toContain(':secret:team/openai-??????');
    const provider = readManifests(template.toJSON() as never).find(
      (each) => each['kind'] === 'SecretProviderClass',
    );
    expect(JSON.stringify(provider)).toContain('\\"objectName\\":\\"team/openai\\"');
  });

  it('offers the location of the key of the administrator', () => {
    const { stack, gateway, template } = buildDefaults();
    template.hasOutput('*', { Value: stack.resolve(gateway.secrets.masterKeyLocation) });
  });
});

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: Readonly<Record<string, unknown>>;
}
