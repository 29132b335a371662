import { AWS_TRAITS, GCP_TRAITS, resolveActiveActive } from '../../../lib';
import { activeActive } from '../multi-region';

const resolve = (overrides = {}, traits = AWS_TRAITS) =>
  resolveActiveActive(activeActive(overrides), traits);

describe('resolveActiveActive', () => {
  it('gives each region a network of its own and takes what runs at least for the peak', () => {
    const { spec } = resolve();

    expect(spec.regions.map(({ path, spec: { cidr } }) => [path, cidr])).toEqual([
      ['regions[0]', '10.40.0.0/16'],
      ['regions[1]', '10.41.0.0/16'],
      ['regions[2]', '10.42.0.0/16'],
    ]);
    expect(spec).toMatchObject({ peakReplicas: 9, writerRegion: null, witnessRegion: null });
  });

  it('prefers the shortest way where the target knows it, and the network itself elsewhere', () => {
    expect(resolve().spec.steering.policy).toBe('latency');
    expect(resolve({}, GCP_TRAITS).spec.steering).toEqual({
      policy: 'anycast',
      intervalSeconds: 10,
      failureThreshold: 3,
      ttlSeconds: 0,
    });
  });

  it('takes the pace of the load balancers where only they probe', () => {
    const steering = { policy: 'anycast' } as const;
    expect(
      resolve({ steering, probe: { intervalSeconds: 10, unhealthyThreshold: 2 } }).spec.steering,
    ).toEqual({ policy: 'anycast', intervalSeconds: 10, failureThreshold: 2, ttlSeconds: 0 });
  });

  it('warns of a region that is lost together with what would close it', () => {
    const regions = [{ region: 'eu-west-1' }, { region: 'us-west-2' }];
    const warn = (policy: 'anycast' | 'latency') =>
      resolve({ regions, steering: { policy } }).warnings;

    expect(warn('latency')).toEqual([]);
    expect(warn('anycast')).toEqual([
      {
        rule: 'steering.home-lost',
        path: 'regions[1].region',
        message:
          'when us-west-2 is lost, so is AWS Global Accelerator UpdateEndpointGroup: clients are led away from it, but ' +
          'nothing keeps them away once it answers again',
      },
    ]);
  });

  it('keeps what a region says for itself', () => {
    const { spec } = resolve({
      autoscaling: { minReplicas: 6 },
      regions: [
        { region: 'us-east-1', continents: ['NA', 'SA'] },
        { region: 'ap-southeast-1', zones: 2, autoscaling: { minReplicas: 2 } },
      ],
    });

    expect(spec.regions.map((region) => region.spec.autoscaling.minReplicas)).toEqual([6, 2]);
    expect(spec.regions.map(({ ownParts }) => ownParts)).toEqual([
      ['cidr'],
      ['cidr', 'zones', 'autoscaling'],
    ]);
    expect(spec.regions.map(({ continents }) => continents)).toEqual([['NA', 'SA'], []]);
  });

  it('accepts a database of two regions with its witness', () => {
    const { spec } = resolve({
      regions: [{ region: 'us-east-1' }, { region: 'us-west-2' }],
      dataMode: 'distributed-sql',
      witnessRegion: 'us-east-2',
      objectives: { rpoSeconds: 0 },
    });

    expect(spec).toMatchObject({ dataMode: 'distributed-sql', witnessRegion: 'us-east-2' });
  });
});
