import type { AwsRequest } from '../../../../operations/failover/aws/aws-call';
import { createS3Switches } from '../../../../operations/failover/aws/s3-switches';

describe('createS3Switches', () => {
  it('closes by an object, opens by removing it, and reads whether it is there', async () => {
    const objects = new Set<string>();
    const call = ({ command, input }: AwsRequest): Promise<Readonly<Record<string, unknown>>> => {
      const key = String(input['Key']);
      if (command === 'PutObject') objects.add(key);
      if (command === 'DeleteObject') objects.delete(key);
      if (command === 'HeadObject' && !objects.has(key)) {
        return Promise.reject(Object.assign(new Error('gone'), { name: 'NotFound' }));
      }
      return Promise.resolve({});
    };
    const switches = createS3Switches(call, 'us-west-2', 'bucket');

    await switches.write('us-east-1', 'closed');
    expect([...objects]).toEqual(['closed/us-east-1']);
    expect(await switches.read('us-east-1')).toBe('closed');
    await switches.write('us-east-1', 'open');
    expect(await switches.read('us-east-1')).toBe('open');
  });

  it('rejects to guess when the switch cannot be read', async () => {
    const call = () => Promise.reject(new Error('AccessDenied'));
    await expect(createS3Switches(call, 'us-west-2', 'bucket').read('us-east-1')).rejects.toThrow(
      new Error('AccessDenied'),
    );
  });

  it('rejects a switch where none is kept', async () => {
    const switches = createS3Switches(() => Promise.resolve({}), 'us-west-2', null);
    await expect(switches.read('us-east-1')).rejects.toThrow(
      new Error('us-west-2 keeps no switch of us-east-1'),
    );
  });
});
