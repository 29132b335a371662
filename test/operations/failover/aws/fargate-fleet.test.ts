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
    database: { writerHost: 'own.rds', readerHost: 'own-ro.rds' } as DatabaseSettings,
  });
  return { fleet, sent };
}

describe('createFargateFleet', () => {
  const forwarded = 'postgresql://litellm:word@own-ro.rds:5432/litellm?sslmode=require';

  it('reads the floor of the autoscaler and the tasks that run', async () => {
    expect(await createFleet(forwarded).fleet.readState()).toEqual({ floor: 2, ready: 3 });
  });

  it('raises the floor where the autoscaler keeps it', async () => {
    const { fleet, sent } = createFleet(forwarded);
    await fleet.setFloor(5);
    expect(sent[0]).toMatchObject({
      command: 'RegisterScalableTarget',
      input: { ResourceId: 'service/c/s', MinCapacity: 5 },
      region: 'us-west-2',
    });
  });

  it('changes the host of the writer, then replaces the tasks', async () => {
    const { fleet, sent } = createFleet(forwarded);
    expect(await fleet.isRedirected('here')).toBe(false);
    expect(await fleet.isRedirected('forwarded')).toBe(true);
    await fleet.redirectWrites('here');
    expect(sent.slice(-2)).toMatchObject([
      {
        command: 'PutSecretValue',
        input: { SecretString: 'postgresql://litellm:word@own.rds:5432/litellm?sslmode=require' },
      },
      { command: 'UpdateService', input: { forceNewDeployment: true } },
    ]);
  });

  it('replaces nothing that is right already', async () => {
    const { fleet, sent } = createFleet(forwarded);
    await fleet.redirectWrites('forwarded');
    expect(sent.map(({ command }) => command)).toEqual(['GetSecretValue']);
  });
});
