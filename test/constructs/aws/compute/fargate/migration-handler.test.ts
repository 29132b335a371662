import { createContext, runInContext } from 'node:vm';
import { renderMigrationHandler } from '../../../../../constructs/aws/compute/fargate/migration-handler';

interface Answer {
  readonly Status: string;
  readonly Reason: string;
  readonly PhysicalResourceId: string;
}

interface Sent {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Scenario {
  readonly requestType?: string;
  readonly run?: unknown;
  /** What the task looks like, one for each time it is asked for; the last one stays. */
  readonly states?: readonly unknown[];
  readonly remainingMs?: number;
}

/** Calls the function as CloudFormation does, with an ECS that plays the scenario and no real time. */
async function call(scenario: Scenario): Promise<{ answer: Answer; sent: readonly Sent[] }> {
  const sent: Sent[] = [];
  let asked = 0;
  const states = scenario.states ?? [stopped(0)];
  const respond = (name: string): unknown => {
    if (name === 'RunTaskCommand') return scenario.run ?? { tasks: [{ taskArn: 'task/1' }] };
    if (name === 'DescribeTasksCommand') {
      const state = states[Math.min(asked, states.length - 1)];
      asked += 1;
      return { tasks: [state] };
    }
    return {};
  };
  const command = (name: string) =>
    class {
      readonly name = name;
      constructor(readonly input: Sent['input']) {}
    };
  let answer: Answer | null = null;
  const modules: Record<string, unknown> = {
    '@aws-sdk/client-ecs': {
      RunTaskCommand: command('RunTaskCommand'),
      DescribeTasksCommand: command('DescribeTasksCommand'),
      StopTaskCommand: command('StopTaskCommand'),
      ECSClient: class {
        send({ name, input }: Sent): Promise<unknown> {
          sent.push({ name, input });
          return Promise.resolve(respond(name));
        }
      },
    },
    'node:https': {
      request: (_url: string, _options: unknown, listener: (response: unknown) => void) => ({
        on: () => undefined,
        end: (body: string) => {
          answer = JSON.parse(body) as Answer;
          listener({ resume: () => undefined, on: (_: string, done: () => void) => done() });
        },
      }),
    },
  };
  const exports: { handler?: (event: unknown, context: unknown) => Promise<void> } = {};
  runInContext(
    renderMigrationHandler(),
    createContext({
      exports,
      require: (name: string) => modules[name],
      setTimeout: (done: () => void) => done(),
      Buffer,
    }),
  );
  await exports.handler?.(
    {
      RequestType: scenario.requestType ?? 'Create',
      ResponseURL: 'https://cloudformation.example.com/answer',
      LogicalResourceId: 'Migration',
      StackId: 'stack',
      RequestId: 'request',
      ResourceProperties: {
        Cluster: 'cluster',
        TaskDefinition: 'gateway:7',
        Container: 'Gateway',
        Subnets: ['subnet-1'],
        SecurityGroup: 'sg-1',
      },
    },
    { getRemainingTimeInMillis: () => scenario.remainingMs ?? 600_000 },
  );
  if (answer === null) throw new Error('CloudFormation got no answer');
  return { answer, sent };
}

function stopped(exitCode: number): unknown {
  return { lastStatus: 'STOPPED', containers: [{ name: 'Gateway', exitCode }] };
}

describe('renderMigrationHandler', () => {
  it('fits into a template', () => {
    expect(renderMigrationHandler().length).toBeLessThan(4096);
  });

  it('runs one task of the new version that migrates, and waits for its end', async () => {
    const { answer, sent } = await call({ states: [{ lastStatus: 'RUNNING' }, stopped(0)] });
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'Migration' });
    expect(sent.map(({ name }) => name)).toEqual([
      'RunTaskCommand',
      'DescribeTasksCommand',
      'DescribeTasksCommand',
    ]);
    expect(sent[0]?.input).toMatchObject({
      cluster: 'cluster',
      taskDefinition: 'gateway:7',
      count: 1,
      overrides: {
        containerOverrides: [
          {
            name: 'Gateway',
            environment: [
              { name: 'LITELLM_HA_COMMAND', value: 'migrate' },
              { name: 'DISABLE_SCHEMA_UPDATE', value: 'false' },
            ],
          },
        ],
      },
    });
  });

  it('runs nothing when the stack is deleted', async () => {
    const { answer, sent } = await call({ requestType: 'Delete' });
    expect(answer.Status).toBe('SUCCESS');
    expect(sent).toEqual([]);
  });

  it.each([
    ['a migration that fails', { states: [stopped(3)] }, 'the migration failed with 3: unknown'],
    [
      'a task that never started its container',
      { states: [{ lastStatus: 'STOPPED', stoppedReason: 'CannotPullContainerError' }] },
      'the migration failed with no exit code: CannotPullContainerError',
    ],
    [
      'a task that is refused',
      { run: { tasks: [], failures: [{ reason: 'RESOURCE:CPU' }] } },
      'the migration did not start: RESOURCE:CPU',
    ],
  ])('stops the deployment after %s', async (_, scenario, reason) => {
    const { answer } = await call(scenario);
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: reason });
  });

  it('ends a migration that takes too long, and says so in time', async () => {
    const { answer, sent } = await call({
      states: [{ lastStatus: 'RUNNING' }],
      remainingMs: 20_000,
    });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toBe('the migration took too long; its log is that of task task/1');
    expect(sent.map(({ name }) => name)).toContain('StopTaskCommand');
  });
});
