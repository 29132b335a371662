import type { AwsRequest } from '../../../../operations/failover/aws/aws-call';
import type { DatabaseSettings } from '../../../../operations/failover/aws/executor-settings';
import { createFargateFleet } from '../../../../operations/failover/aws/fargate-fleet';

function createFleet(url: string) {
  const sent: AwsRequest[] = [];
  const answers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    DescribeServices: {
      services: [{ runningCount: 3, deployments: [{ rolloutState: 'COMPLETED' }] }],
    },
    DescribeScalableTargets: { ScalableTargets: [{ MinCapacity: 2 }] },
    GetSecretValue: { SecretString: url },
  };
  const fleet = createFargateFleet({
    call: (request) => {
      sent.push(request);
      return Promise.resolve(answers[request.command] ?? {});
    },
    region: 'us-west-2',
    compute: { kind: 'fargate', cluster: 'c', service: 's', writerUrlSecret: 'url' },
    database: {
      writerHosts: { 'us-west-2': 'own.rds', 'us-east-1': 'database-us-east-1.api.example.com' },
    } as unknown as DatabaseSettings,
  });
  return { fleet, sent };
}

describe('createFargateFleet', () => {
  const elsewhere =
    'postgresql://litellm:word@database-us-east-1.api.example.com:5432/litellm?sslmode=require';

  it('reads the floor of the autoscaler and the tasks that run', async () => {
    expect(await createFleet(elsewhere).fleet.readState()).toEqual({ floor: 2, ready: 3 });
  });

  it('raises the floor where the autoscaler keeps it', async () => {
    const { fleet, sent } = createFleet(elsewhere);
    await fleet.setFloor(5);
    expect(sent[0]).toMatchObject({
      command: 'RegisterScalableTarget',
      input: { ResourceId: 'service/c/s', MinCapacity: 5 },
      region: 'us-west-2',
    });
  });

  it('changes the host of the writer, then replaces the tasks', async () => {
    const { fleet, sent } = createFleet(elsewhere);
    expect(await fleet.isRedirected('us-west-2')).toBe(false);
    expect(await fleet.isRedirected('us-east-1')).toBe(true);
    await fleet.redirectWrites('us-west-2');
    expect(sent.slice(-2)).toMatchObject([
      {
        command: 'PutSecretValue',
        input: { SecretString: 'postgresql://litellm:word@own.rds:5432/litellm?sslmode=require' },
      },
      { command: 'UpdateService', input: { forceNewDeployment: true } },
    ]);
  });

  it('tells where tasks write', async () => {
    expect(await createFleet(elsewhere).fleet.readWriterHost()).toBe(
      'database-us-east-1.api.example.com',
    );
  });

  it('rejects a region that it was told nothing of', async () => {
    await expect(createFleet(elsewhere).fleet.redirectWrites('eu-west-1')).rejects.toThrow(
      new Error(
        'writes may go to us-west-2, us-east-1, got eu-west-1; deploy the stack of this region anew',
      ),
    );
  });

  it('replaces nothing that is right already', async () => {
    const { fleet, sent } = createFleet(elsewhere);
    await fleet.redirectWrites('us-east-1');
    expect(sent.map(({ command }) => command)).toEqual(['GetSecretValue']);
  });
});
