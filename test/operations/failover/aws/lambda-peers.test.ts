import { createLambdaPeers } from '../../../../operations/failover/aws/lambda-peers';

const never = (): Promise<never> => new Promise(() => undefined);

describe('createLambdaPeers', () => {
  it('asks the executor of the other region, in that region', async () => {
    const peers = createLambdaPeers({
      call: ({ region, input }) => {
        expect({ region, input }).toEqual({
          region: 'us-east-1',
          input: { FunctionName: 'litellm-failover', Payload: '{"kind":"stop-writes"}' },
        });
        return Promise.resolve({ Payload: Buffer.from('{"refuses":true}') });
      },
      executor: 'litellm-failover',
      expire: never,
    });
    expect(await peers.ask('us-east-1', { kind: 'stop-writes' })).toEqual({ refuses: true });
  });

  it('rejects with the name of what went wrong there', async () => {
    const peers = createLambdaPeers({
      call: () =>
        Promise.resolve({
          FunctionError: 'Unhandled',
          Payload: Buffer.from('{"errorType":"NotYet","errorMessage":"0 of 2"}'),
        }),
      executor: 'litellm-failover',
      expire: never,
    });
    await expect(peers.ask('us-east-1', { kind: 'stop-writes' })).rejects.toMatchObject({
      name: 'NotYet',
      message: '0 of 2',
    });
  });

  it('rejects when a lost region does not even refuse', async () => {
    const peers = createLambdaPeers({
      call: never,
      executor: 'litellm-failover',
      expire: (delayMs) => Promise.reject(new Error(`no answer within ${delayMs / 1000} s`)),
    });
    await expect(peers.ask('us-east-1', { kind: 'stop-writes' })).rejects.toThrow(
      new Error('no answer within 15 s'),
    );
  });
});
