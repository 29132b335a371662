import type { AwsRequest } from '../../../../operations/failover/aws/aws-call';

export const HOME = 'us-west-2';
export const PARAMETER = '/litellm-ha/litellm/endpoint-groups';

/** Global Accelerator and the parameter that names its endpoint groups, as the SDK of AWS answers for them. */
export class FakeAccelerator {
  readonly dials: Map<string, number>;
  readonly sent: AwsRequest[] = [];
  /** Whether the region that answers for it is gone. */
  lost = false;

  constructor(regions: readonly string[]) {
    this.dials = new Map(regions.map((region) => [region, 100]));
  }

  readonly call = (request: AwsRequest): Promise<Readonly<Record<string, unknown>>> => {
    this.sent.push(request);
    if (this.lost || request.region !== HOME) {
      return Promise.reject(new Error(`no answer from ${request.region}`));
    }
    try {
      return Promise.resolve(this.answer(request));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  };

  private answer({ command, input }: AwsRequest): Readonly<Record<string, unknown>> {
    switch (command) {
      case 'GetParameter': {
        if (input['Name'] !== PARAMETER) throw new Error('ParameterNotFound');
        const arns = [...this.dials.keys()].map((region) => [region, `arn:group:${region}`]);
        return { Parameter: { Value: JSON.stringify(Object.fromEntries(arns)) } };
      }
      case 'DescribeEndpointGroup':
        return { EndpointGroup: { TrafficDialPercentage: this.dials.get(this.regionOf(input)) } };
      case 'UpdateEndpointGroup':
        this.dials.set(this.regionOf(input), Number(input['TrafficDialPercentage']));
        return {};
      default:
        throw new Error(`an accelerator knows no ${command}`);
    }
  }

  private regionOf(input: AwsRequest['input']): string {
    const region = String(input['EndpointGroupArn']).replace('arn:group:', '');
    if (!this.dials.has(region)) throw new Error('EndpointGroupNotFoundException');
    return region;
  }
}
