import { createAwsCall } from '../../../../operations/failover/aws/aws-call';

describe('createAwsCall', () => {
  it('sends the named command to the named region', async () => {
    const sent: unknown[] = [];
    const call = createAwsCall((name) => {
      expect(name).toBe('@aws-sdk/client-rds');
      return {
        RDSClient: class {
          constructor(private readonly options: unknown) {}
          send(command: unknown): Promise<unknown> {
            sent.push(this.options, command);
            return Promise.resolve({ found: 1 });
          }
        },
        PromoteReadReplicaCommand: class {
          constructor(readonly input: unknown) {}
        },
      };
    });

    const answer = await call({
      service: 'rds',
      command: 'PromoteReadReplica',
      input: { DBInstanceIdentifier: 'one' },
      region: 'us-west-2',
    });

    expect(answer).toEqual({ found: 1 });
    expect(sent).toEqual([{ region: 'us-west-2' }, { input: { DBInstanceIdentifier: 'one' } }]);
  });

  it('rejects a command that the SDK does not have', async () => {
    const call = createAwsCall(() => ({ RDSClient: class {} }));
    await expect(
      call({ service: 'rds', command: 'NoSuch', input: {}, region: 'us-west-2' }),
    ).rejects.toThrow(new Error('the SDK of AWS has no NoSuchCommand'));
  });
});
