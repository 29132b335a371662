import fc from 'fast-check';
import {
  AWS_TRAITS,
  GCP_TRAITS,
  K8S_TRAITS,
  listDataModes,
  LOCAL_TRAITS,
  selectDataMode,
  type DataMode,
} from '../../../lib';
import { overlaps, parseCidr } from '../../../lib/topology/cidr';
import { anActiveActive, problemsOf } from '../multi-region';

const TWO = [{ region: 'us-east-1' }, { region: 'us-west-2' }];
const ENOUGH = { database: { maxConnections: 2000 } };

describe('planActiveActive', () => {
  it('plans regions that write and exchange what they wrote', () => {
    const { regions, replication, routing } = anActiveActive();

    expect(regions.map(({ role }) => role)).toEqual(['active', 'active', 'active']);
    expect(regions.map(({ secretsOrigin }) => secretsOrigin)).toEqual([
      { kind: 'generated' },
      { kind: 'copied', fromRegion: 'us-east-1' },
      { kind: 'copied', fromRegion: 'us-east-1' },
    ]);
    expect(regions[1]?.databaseRole).toEqual({
      kind: 'peer',
      peerRegions: ['us-east-1', 'ap-southeast-1'],
    });
    expect(replication).toMatchObject({
      writerRegion: null,
      promotionSeconds: null,
      lagAlarmSeconds: 30,
    });
    expect(replication.links).toHaveLength(6);
    expect(routing.targets.map(({ rank }) => rank)).toEqual(['equal', 'equal', 'equal']);
  });

  it('plans one writer, wherever it is wished, that the others follow', () => {
    const { regions, replication } = anActiveActive({
      ...ENOUGH,
      dataMode: 'global-database',
      writerRegion: 'eu-west-1',
    });

    expect(regions.map(({ databaseRole }) => databaseRole.kind)).toEqual([
      'replica',
      'writer',
      'replica',
    ]);
    expect(replication.links).toEqual([
      { from: 'eu-west-1', to: 'us-east-1', transport: 'physical' },
      { from: 'eu-west-1', to: 'ap-southeast-1', transport: 'physical' },
    ]);
  });

  it('plans one database over two regions, and nothing that could lag', () => {
    const { regions, replication } = anActiveActive({
      regions: TWO,
      dataMode: 'distributed-sql',
      witnessRegion: 'us-east-2',
    });

    expect(regions[0]?.databaseRole).toEqual({
      kind: 'member',
      peerRegions: ['us-west-2'],
      witnessRegion: 'us-east-2',
    });
    expect(replication).toMatchObject({ lagAlarmSeconds: null, witnessRegion: 'us-east-2' });
  });

  it('lets what is left share the peak, and grow no further than it may', () => {
    const takeovers = anActiveActive({
      peakReplicas: 30,
      regions: [
        { region: 'us-east-1' },
        { region: 'eu-west-1', autoscaling: { minReplicas: 18 } },
        { region: 'ap-southeast-1', autoscaling: { maxReplicas: 12 } },
      ],
    }).regions.map(({ takeover }) => takeover.minReplicas);

    expect(takeovers).toEqual([15, 18, 12]);
  });

  it.each<[DataMode, readonly [number, number, number]]>([
    ['shared-writer', [100, 940, 30]],
    ['global-database', [100, 340, 30]],
    ['regional-primaries', [100, 100, 30]],
    ['distributed-sql', [100, 100, 0]],
  ])('computes what the loss of a region costs with %s', (dataMode, [calls, writes, loss]) => {
    const { failures } = anActiveActive({
      ...ENOUGH,
      regions: TWO,
      dataMode,
      witnessRegion: dataMode === 'distributed-sql' ? 'us-east-2' : undefined,
    }).recoveryObjectives;

    expect(failures.at(-1)).toMatchObject({
      failure: 'region',
      dataPlaneRtoSeconds: calls,
      controlPlaneRtoSeconds: writes,
      rpoSeconds: loss,
    });
  });

  it('is faster where no client remembers an address', () => {
    const objectives = (traits = AWS_TRAITS, policy: 'anycast' | 'latency' = 'anycast') =>
      anActiveActive({ steering: { policy } }, traits).recoveryObjectives.failures.at(-1);

    expect(objectives(GCP_TRAITS)?.dataPlaneRtoSeconds).toBe(40);
    expect(objectives(AWS_TRAITS)?.dataPlaneRtoSeconds).toBe(45);
    expect(objectives(AWS_TRAITS, 'latency')?.dataPlaneRtoSeconds).toBe(100);
  });

  it('goes by the probes of the load balancers where nothing else probes', () => {
    const { routing } = anActiveActive({
      steering: { policy: 'anycast' },
      probe: { intervalSeconds: 10, unhealthyThreshold: 2 },
    });

    expect(routing).toMatchObject({
      by: 'AWS Global Accelerator',
      healthPath: '/health/readiness',
      arithmetic: '2 probes × 10 s + 30 s to agree + 0 s in the memory of clients = 50 s',
      closing: { kind: 'setting', home: 'us-west-2' },
    });
  });

  it('promises no loss of nothing without a database that waits for a second region', () => {
    for (const traits of [AWS_TRAITS, GCP_TRAITS, K8S_TRAITS, LOCAL_TRAITS]) {
      for (const dataMode of listDataModes(traits.target)) {
        const { failures } = anActiveActive(
          {
            ...ENOUGH,
            regions: TWO,
            dataMode,
            witnessRegion: dataMode === 'distributed-sql' ? 'us-east-2' : undefined,
          },
          traits,
        ).recoveryObjectives;
        const region = failures.find(({ failure }) => failure === 'region');
        const synchronous = selectDataMode(traits.target, dataMode)?.replication === 'synchronous';

        expect([dataMode, region?.rpoSeconds === 0]).toEqual([dataMode, synchronous]);
        expect(region?.dataPlaneRtoSeconds).toBeGreaterThan(0);
      }
    }
  });

  it('keeps its promises to any number of regions', () => {
    const regions = fc
      .uniqueArray(fc.stringMatching(/^[a-z]{2,6}-[1-9]$/), { minLength: 2, maxLength: 8 })
      .map((names) => names.map((region) => ({ region })));
    const replicas = fc.tuple(fc.integer({ min: 3, max: 10 }), fc.integer({ min: 10, max: 30 }));

    fc.assert(
      fc.property(regions, replicas, (named, [minReplicas, maxReplicas]) => {
        const peakReplicas = (named.length - 1) * maxReplicas;
        const { regions: planned } = anActiveActive({
          regions: named,
          autoscaling: { minReplicas, maxReplicas },
          peakReplicas,
        });

        planned.forEach(({ region, network, databaseRole }, index) => {
          const range = parseCidr(network.cidr);
          const left = planned.filter((other) => other.region !== region);
          expect(databaseRole).toEqual({
            kind: 'peer',
            peerRegions: left.map((other) => other.region),
          });
          expect(
            left.reduce((sum, { takeover }) => sum + takeover.minReplicas, 0),
          ).toBeGreaterThanOrEqual(peakReplicas);
          for (const other of planned.slice(index + 1)) {
            const otherRange = parseCidr(other.network.cidr);
            expect(range !== null && otherRange !== null && overlaps(range, otherRange)).toBe(
              false,
            );
          }
        });
      }),
    );
  });

  it('rejects one replica more than the others can carry', () => {
    expect(problemsOf(() => anActiveActive({ regions: TWO, peakReplicas: 21 }))).toEqual([
      'autoscaling.maxReplicas must let the regions that are left carry the peak of 21 replicas (without us-east-1: us-west-2 20 = 20 replicas of 21), got 20 replicas; raise it to 21, add a region, or lower peakReplicas',
    ]);
  });
});
