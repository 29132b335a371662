import { Cache, Compute, Monitoring, WebFirewall } from '../../../constructs/aws';
import { build, gatewayFolder, shortStreams } from './support';

describe('checkRanges', () => {
  it('rejects every number out of its range, all at once', () => {
    expect(() =>
      build((props) => ({
        ...props,
        ...shortStreams(),
        compute: Compute.fargate({ gatewayFolder: gatewayFolder(), requestsPerReplica: 0 }),
        cache: Cache.cluster({ shards: 91 }),
        firewall: WebFirewall.managed({ requestsPerAddress: 10 }),
        monitoring: Monitoring.cloudWatch({ canary: { model: 'gpt-4o', everyMinutes: 2.5 } }),
      })),
    ).toThrow(
      new Error(
        [
          'litellm-ha/aws: 4 problems',
          '  - compute.requestsPerReplica must be a whole number from 1 to 100000 (requests per minute and replica), got 0; raise it',
          '  - cache.shards must be a whole number from 1 to 90 (shards), got 91; lower it',
          '  - firewall.requestsPerAddress must be a whole number from 100 to 2000000 (requests per five minutes), got 10; raise it',
          '  - monitoring.canary.everyMinutes must be a whole number from 1 to 60 (minutes), got 2.5; round it',
        ].join('\n'),
      ),
    );
  });

  it('accepts the ends of each range', () => {
    expect(() =>
      build((props) => ({
        ...props,
        cache: Cache.cluster({ shards: 1 }),
        firewall: WebFirewall.managed({ requestsPerAddress: 100 }),
        monitoring: Monitoring.cloudWatch({ canary: { model: 'gpt-4o', everyMinutes: 60 } }),
      })),
    ).not.toThrow();
  });
});
