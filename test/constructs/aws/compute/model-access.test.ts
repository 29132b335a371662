import { GatewayConfig } from '../../../../constructs/aws';
import { build, buildDefaults, onEks } from '../support';

interface Statement {
  readonly Sid?: string;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

function statements(models: readonly string[]): readonly Statement[] {
  const entries = models.map(
    (model) => `  - { model_name: m, litellm_params: { model: '${model}' } }`,
  );
  const config = GatewayConfig.fromYaml(['model_list:', ...entries].join('\n'));
  const { stack, gateway, template } = build((props) => ({ ...props, config, secrets: {} }));
  const role = stack.getLogicalId(
    onEks(gateway).role.node.defaultChild as Parameters<typeof stack.getLogicalId>[0],
  );
  return Object.values(template.findResources('AWS::IAM::Policy'))
    .map((policy) => policy['Properties'] as PolicyProperties)
    .filter(({ Roles }) => JSON.stringify(Roles).includes(role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

interface PolicyProperties {
  readonly Roles: unknown;
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

const ASK = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];
const join = (...parts: readonly unknown[]): object => ({ 'Fn::Join': ['', parts] });
const PARTITION = { Ref: 'AWS::Partition' };

describe('grantModels', () => {
  it('lets replicas ask the models that the configuration names, where it names them', () => {
    const asked = statements(['bedrock/amazon.nova-pro-v1:0', 'bedrock/eu-west-1/meta.llama3']);
    expect(asked.find(({ Sid }) => Sid === 'AskModels')).toMatchObject({
      Action: ASK,
      Resource: [
        join(
          ...['arn:', PARTITION, ':bedrock:', { Ref: 'AWS::Region' }],
          '::foundation-model/amazon.nova-pro-v1:0',
        ),
        join('arn:', PARTITION, ':bedrock:eu-west-1::foundation-model/meta.llama3'),
      ],
    });
  });

  it('lets them ask through a profile, wherever it leads, and not past it', () => {
    const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc';
    const asked = statements([`bedrock/${profile}`]);
    expect(asked.find(({ Sid }) => Sid === 'AskProfiles')?.Resource).toBe(profile);
    expect(asked.find(({ Sid }) => Sid === 'AskThroughProfiles')).toMatchObject({
      Action: ASK,
      Resource: [
        join('arn:', PARTITION, ':bedrock:*::foundation-model/*'),
        join('arn:', PARTITION, ':bedrock:::foundation-model/*'),
      ],
      Condition: { ArnEquals: { 'bedrock:InferenceProfileArn': [profile] } },
    });
  });

  it('lets them take on the roles that it names, and do nothing with Bedrock themselves', () => {
    const entry =
      "{ model: 'bedrock/x.y', aws_role_name: 'arn:aws:iam::123456789012:role/models' }";
    const config = GatewayConfig.fromYaml(
      `model_list: [{ model_name: m, litellm_params: ${entry} }]`,
    );
    const { template } = build((props) => ({ ...props, config, secrets: {} }));
    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(policies).toContain('"Sid":"TakeRoles"');
    expect(policies).not.toContain('bedrock:');
  });

  it('adds nothing where no model is on Bedrock', () => {
    expect(JSON.stringify(buildDefaults().template.toJSON())).not.toContain('bedrock:Invoke');
  });
});
