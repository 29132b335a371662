import type { AwsCall } from './aws-call';
import type { RegionSwitches } from './executor-ports';

/** A region is closed while its object is there; health checks of Route 53 look at the same. */
export function createS3Switches(
  call: AwsCall,
  region: string,
  bucket: string | null,
): RegionSwitches {
  const request = async (command: string, target: string) => {
    if (bucket === null) throw new Error(`${region} keeps no switch of ${target}`);
    const input = { Bucket: bucket, Key: `closed/${target}` };
    return call({ service: 's3', command, input, region });
  };
  return {
    read: async (target) => {
      try {
        await request('HeadObject', target);
        return 'closed';
      } catch (error) {
        if (error instanceof Error && error.name === 'NotFound') return 'open';
        throw error;
      }
    },
    write: async (target, state) => {
      await request(state === 'closed' ? 'PutObject' : 'DeleteObject', target);
    },
  };
}
