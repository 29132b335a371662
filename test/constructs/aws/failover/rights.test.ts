import { Match, type Template } from 'aws-cdk-lib/assertions';
import { buildActivePassive, templateOf } from '../multi-region-support';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

function statementsOf(template: Template, role: string): readonly Statement[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.includes(role))
    .flatMap(
      ([, { Properties }]) =>
        (Properties as { PolicyDocument: { Statement: readonly Statement[] } }).PolicyDocument
          .Statement,
    );
}

describe('listExecutorRights', () => {
  const gateway = buildActivePassive();
  const primary = templateOf(gateway, 'us-east-1');
  const standby = templateOf(gateway, 'us-west-2');
  const find = (template: Template, action: string): readonly Statement[] =>
    statementsOf(template, 'FailoverExecutor').filter(({ Action }) =>
      [Action].flat().includes(action),
    );

  it('deletes replicas for reading, and no other database', () => {
    const replicas = Object.keys(
      primary.findResources('AWS::RDS::DBInstance', {
        Properties: { SourceDBInstanceIdentifier: Match.anyValue() },
      }),
    );
    const [statement, ...others] = find(primary, 'rds:DeleteDBInstance');
    expect(others).toEqual([]);
    expect(statement?.Action).toBe('rds:DeleteDBInstance');
    const named = [statement?.Resource].flat().map((each) => JSON.stringify(each));
    expect(named).toHaveLength(replicas.length);
    for (const id of replicas) expect(named.join()).toContain(id);
    expect(find(standby, 'rds:DeleteDBInstance')).toEqual([]);
  });

  it('hands RDS the role that watches instances, and no other role to nobody else', () => {
    for (const template of [primary, standby]) {
      expect(find(template, 'iam:PassRole')).toEqual([
        {
          Action: 'iam:PassRole',
          Effect: 'Allow',
          Resource: { 'Fn::GetAtt': [expect.stringContaining('MonitoringRole'), 'Arn'] },
          Condition: { StringEquals: { 'iam:PassedToService': 'monitoring.rds.amazonaws.com' } },
        },
      ]);
    }
  });

  it('tells the executor which replicas for reading stand in which zone', () => {
    const [executor] = Object.values(
      primary.findResources('AWS::Lambda::Function', {
        Properties: { FunctionName: 'litellm-failover' },
      }),
    );
    const told = JSON.stringify(executor).replaceAll('\\"', '"');
    expect(told).toMatch(/"readReplicas":\[\{"id":"",\{"Ref":"[^"]*Replica1/);
    expect(told).toMatch(/"zone":"",\{"Fn::Select":\[1,/);
  });
});
