import type { AwsRequest } from '../../../../operations/failover/aws/aws-call';
import {
  createPlanBlock,
  type PlanBlockSettings,
} from '../../../../operations/failover/aws/plan-block-function';

const SETTINGS: PlanBlockSettings = {
  region: 'us-west-2',
  executor: 'litellm-failover',
  topicArn: 'arn:topic',
  block: {
    procedure: 'failover of us-east-1',
    step: {
      id: 'verify.writes.us-west-2',
      action: { kind: 'verify-writes', target: 'us-west-2' },
      runsIn: 'us-west-2',
      timeoutSeconds: 60,
      maxAttempts: 1,
    },
    guards: [],
    undone: null,
    advice: 'clients are not led to us-west-2',
  },
};

describe('createPlanBlock', () => {
  it('calls the executor of its region with the step', async () => {
    const sent: AwsRequest[] = [];
    const take = createPlanBlock({
      settings: SETTINGS,
      call: (request) => {
        sent.push(request);
        return Promise.resolve({ Payload: Buffer.from('{}') });
      },
      writeLog: () => undefined,
    });

    expect(await take()).toEqual({ step: 'verify.writes.us-west-2', status: 'done' });
    expect(sent.map(({ service, command, region }) => ({ service, command, region }))).toEqual([
      { service: 'lambda', command: 'Invoke', region: 'us-west-2' },
    ]);
    const { FunctionName, Payload } = sent[0]?.input ?? {};
    expect(FunctionName).toBe('litellm-failover');
    expect(JSON.parse(String(Payload))).toEqual({
      kind: 'step',
      step: {
        id: 'verify.writes.us-west-2',
        action: { kind: 'verify-writes', target: 'us-west-2' },
        runsIn: 'us-west-2',
      },
      mode: 'real',
    });
  });

  it('tells the topic of its region what failed there', async () => {
    const sent: AwsRequest[] = [];
    const take = createPlanBlock({
      settings: SETTINGS,
      call: (request) => {
        sent.push(request);
        return Promise.resolve({
          FunctionError: 'Unhandled',
          Payload: Buffer.from('{"errorType":"Error","errorMessage":"read-only"}'),
        });
      },
      writeLog: () => undefined,
    });

    await expect(take()).rejects.toMatchObject({ message: 'verify.writes.us-west-2: read-only' });
    const [, told] = sent;
    expect(told).toMatchObject({ service: 'sns', command: 'Publish', region: 'us-west-2' });
    expect(told?.input).toEqual({
      TopicArn: 'arn:topic',
      Message:
        'The failover of us-east-1 stopped at verify.writes.us-west-2. verify.writes.us-west-2: read-only. ' +
        'clients are not led to us-west-2. When it is mended, start the plan again: it finds done what is done.',
    });
  });
});
