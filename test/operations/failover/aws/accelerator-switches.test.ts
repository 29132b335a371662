import { createAcceleratorSwitches } from '../../../../operations/failover/aws/accelerator-switches';
import type { AwsRequest } from '../../../../operations/failover/aws/aws-call';
import { FakeAccelerator, HOME, PARAMETER } from './fake-accelerator';

const SETTINGS = { region: HOME, endpointGroupsParameter: PARAMETER };

describe('createAcceleratorSwitches', () => {
  it('closes by the dial, opens by it, and reads how it stands', async () => {
    const accelerator = new FakeAccelerator(['us-east-1', 'eu-west-1']);
    const switches = createAcceleratorSwitches(accelerator.call, SETTINGS);

    expect(await switches.read('us-east-1')).toBe('open');
    await switches.write('us-east-1', 'closed');
    expect(Object.fromEntries(accelerator.dials)).toEqual({ 'us-east-1': 0, 'eu-west-1': 100 });
    expect(await switches.read('us-east-1')).toBe('closed');
    await switches.write('us-east-1', 'open');
    expect(await switches.read('us-east-1')).toBe('open');
  });

  it('does no harm when it is asked twice', async () => {
    const accelerator = new FakeAccelerator(['us-east-1']);
    const switches = createAcceleratorSwitches(accelerator.call, SETTINGS);

    await switches.write('us-east-1', 'closed');
    await switches.write('us-east-1', 'closed');
    expect(accelerator.dials.get('us-east-1')).toBe(0);
  });

  it('counts a dial in between, which an operator chose, as open', async () => {
    const accelerator = new FakeAccelerator(['us-east-1']);
    accelerator.dials.set('us-east-1', 5);
    expect(await createAcceleratorSwitches(accelerator.call, SETTINGS).read('us-east-1')).toBe(
      'open',
    );
  });

  it('asks the home of the control plane alone, and touches nothing but the dial', async () => {
    const accelerator = new FakeAccelerator(['us-east-1']);
    await createAcceleratorSwitches(accelerator.call, SETTINGS).write('us-east-1', 'closed');

    expect(accelerator.sent).toEqual<AwsRequest[]>([
      { service: 'ssm', command: 'GetParameter', input: { Name: PARAMETER }, region: HOME },
      {
        service: 'global-accelerator',
        command: 'UpdateEndpointGroup',
        input: { EndpointGroupArn: 'arn:group:us-east-1', TrafficDialPercentage: 0 },
        region: HOME,
      },
    ]);
  });

  it('rejects a region that the accelerator does not lead to', async () => {
    const { call } = new FakeAccelerator(['us-east-1']);
    await expect(createAcceleratorSwitches(call, SETTINGS).write('mars', 'closed')).rejects.toThrow(
      new Error('/litellm-ha/litellm/endpoint-groups names no dial of mars'),
    );
  });

  it('rejects to guess when the dial cannot be read', async () => {
    const { call } = new FakeAccelerator(['us-east-1']);
    const blind = (request: AwsRequest) =>
      request.command === 'DescribeEndpointGroup' ? Promise.resolve({}) : call(request);
    await expect(createAcceleratorSwitches(blind, SETTINGS).read('us-east-1')).rejects.toThrow(
      new Error('the dial of us-east-1 cannot be read'),
    );
  });

  it('rejects when the control plane does not answer', async () => {
    const accelerator = new FakeAccelerator(['us-east-1']);
    accelerator.lost = true;
    await expect(
      createAcceleratorSwitches(accelerator.call, SETTINGS).write('us-east-1', 'closed'),
    ).rejects.toThrow(new Error('no answer from us-west-2'));
  });
});
