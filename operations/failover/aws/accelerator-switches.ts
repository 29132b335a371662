import type { AwsCall } from './aws-call';
import type { RegionSwitches } from './executor-ports';

/** What an executor knows of the accelerator before it is there: where its control plane lives, and what to ask there. */
export interface AcceleratorSettings {
  readonly region: string;
  /** Parameter that holds the ARN of each region's endpoint group, as JSON by region. */
  readonly endpointGroupsParameter: string;
}

const CLOSED_PERCENT = 0;
const OPEN_PERCENT = 100;

/**
 * A region is closed while its dial in the accelerator is at zero. Every other position lets clients in, so that one which
 * an operator chose in between counts as open and is left as it is.
 */
export function createAcceleratorSwitches(
  call: AwsCall,
  { region, endpointGroupsParameter }: AcceleratorSettings,
): RegionSwitches {
  const findEndpointGroup = async (target: string): Promise<string> => {
    const { Parameter } = await call({
      service: 'ssm',
      command: 'GetParameter',
      input: { Name: endpointGroupsParameter },
      region,
    });
    const arn = readArns(Parameter)[target];
    if (arn === undefined) throw new Error(`${endpointGroupsParameter} names no dial of ${target}`);
    return arn;
  };
  return {
    read: async (target) => {
      const { EndpointGroup } = await call({
        service: 'global-accelerator',
        command: 'DescribeEndpointGroup',
        input: { EndpointGroupArn: await findEndpointGroup(target) },
        region,
      });
      const percent = (EndpointGroup as { readonly TrafficDialPercentage?: unknown } | undefined)
        ?.TrafficDialPercentage;
      if (typeof percent !== 'number') throw new Error(`the dial of ${target} cannot be read`);
      return percent === CLOSED_PERCENT ? 'closed' : 'open';
    },
    write: async (target, state) => {
      await call({
        service: 'global-accelerator',
        command: 'UpdateEndpointGroup',
        input: {
          EndpointGroupArn: await findEndpointGroup(target),
          TrafficDialPercentage: state === 'closed' ? CLOSED_PERCENT : OPEN_PERCENT,
        },
        region,
      });
    },
  };
}

function readArns(parameter: unknown): Readonly<Partial<Record<string, string>>> {
  const { Value } = (parameter ?? {}) as { readonly Value?: string };
  return JSON.parse(Value ?? '{}') as Readonly<Partial<Record<string, string>>>;
}
