import { Match, type Template } from 'aws-cdk-lib/assertions';
import { buildActivePassive, executorFolder, templateOf } from '../multi-region-support';

describe('RegionSwitchPlanBlocks', () => {
  const gateway = buildActivePassive({
    failover: { executorFolder: executorFolder(), plan: { kind: 'arc-region-switch' } },
  });
  const standby = templateOf(gateway, 'us-west-2');
  const functionsOf = (template: Template): readonly Readonly<Record<string, unknown>>[] =>
    Object.values(
      template.findResources('AWS::Lambda::Function', {
        Properties: { Handler: 'index.takeBlock' },
      }),
    ).map(({ Properties }) => Properties as Readonly<Record<string, unknown>>);

  it('makes a function of each step that is taken when the region is activated', () => {
    const names = functionsOf(standby).map(({ FunctionName }) => FunctionName);
    expect(names).toContain('litellm-failover-fence-us-east-1');
    expect(names).toContain('litellm-failover-shift-observe');
    expect(names.filter((name) => !String(name).startsWith('litellm-failover-'))).toEqual([]);
    const failback = functionsOf(templateOf(gateway, 'us-east-1'));
    expect(failback.map(({ FunctionName }) => FunctionName)).toContain(
      'litellm-failback-promote-us-east-1',
    );
  });

  it('gives functions names that Lambda takes, each once', () => {
    for (const { region } of gateway.regions) {
      const names = functionsOf(templateOf(gateway, region)).map(({ FunctionName }) =>
        String(FunctionName),
      );
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9-]{1,64}$/);
    }
  });

  it('lets a function look as long as Lambda lets it, outside the network', () => {
    for (const properties of functionsOf(standby)) {
      expect(properties).toMatchObject({ Timeout: 900, TracingConfig: { Mode: 'Active' } });
      expect(properties).not.toHaveProperty('VpcConfig');
    }
  });

  it('lets them call the executor of their region, tell its topic, and nothing else', () => {
    standby.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'lambda:InvokeFunction',
            Resource: {
              'Fn::Join': [
                '',
                [
                  'arn:',
                  { Ref: 'AWS::Partition' },
                  ':lambda:us-west-2:',
                  { Ref: 'AWS::AccountId' },
                  ':function:litellm-failover',
                ],
              ],
            },
          }),
        ]),
      },
      Roles: [{ Ref: Match.stringLikeRegexp('PlanBlocksRole') }],
    });
    const policies = Object.values(standby.findResources('AWS::IAM::Policy')).filter(
      ({ Properties }) => JSON.stringify(Properties).includes('PlanBlocksRole'),
    );
    const actions = policies.flatMap(
      ({ Properties }) =>
        (
          Properties as {
            readonly PolicyDocument: { readonly Statement: readonly { readonly Action: string }[] };
          }
        ).PolicyDocument.Statement,
    );
    expect([...new Set(actions.flatMap(({ Action }) => Action))].sort()).toEqual([
      'kms:Decrypt',
      'kms:GenerateDataKey*',
      'lambda:InvokeFunction',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sns:Publish',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('makes nothing unless a plan is asked for', () => {
    const plain = buildActivePassive();
    for (const { region, failover } of plain.regions) {
      expect(functionsOf(templateOf(plain, region))).toEqual([]);
      expect(failover).toMatchObject({ planBlocks: null, plan: null });
    }
  });
});
