import fc from 'fast-check';
import { Monitoring, type ActiveActiveProps, type ActivePassiveProps } from '../../constructs/k8s';
import { anActiveActive, anActivePassive } from '../constructs/k8s/multi-region';
import { planMultiRegionFacts, readMultiRegionFacts } from './facts/k8s-regions';

const NAMES = ['us-east-1', 'eu-west-1', 'ap-southeast-1', 'sa-east-1'];
const MONITORED = { monitoring: Monitoring.prometheusOperator() };

/** What both patterns may be told, far from the defaults. */
const COMMON = fc.record({
  steering: fc.record({
    intervalSeconds: fc.constantFrom(10, 30),
    failureThreshold: fc.integer({ min: 2, max: 10 }),
    ttlSeconds: fc.integer({ min: 5, max: 300 }),
  }),
  autoscaling: fc.record({
    minReplicas: fc.integer({ min: 3, max: 6 }),
    maxReplicas: fc.integer({ min: 18, max: 25 }),
  }),
  database: fc.record({
    kind: fc.constant('cloud-native-pg' as const),
    readReplicas: fc.integer({ min: 1, max: 4 }),
    maxConnections: fc.integer({ min: 1200, max: 2000 }),
  }),
  objectives: fc.record({ rpoSeconds: fc.integer({ min: 5, max: 600 }) }),
});

const ACTIVE_PASSIVE: fc.Arbitrary<Partial<ActivePassiveProps>> = fc
  .tuple(COMMON, fc.integer({ min: 2, max: 9 }))
  .map(([common, minReplicas]) => ({
    ...common,
    standby: { region: 'us-west-2', healthCheckId: 'check-2', minReplicas },
  }));

const ACTIVE_ACTIVE: fc.Arbitrary<Partial<ActiveActiveProps>> = fc
  .record({
    common: COMMON,
    count: fc.integer({ min: 2, max: 4 }),
    dataMode: fc.constantFrom('shared-writer' as const, 'regional-primaries' as const),
    policy: fc.constantFrom('latency' as const, 'geolocation' as const),
  })
  .map(({ common, count, dataMode, policy }) => ({
    ...common,
    dataMode,
    steering: { ...common.steering, policy },
    regions: NAMES.slice(0, count).map((region, index) => ({
      region,
      healthCheckId: `check-${index}`,
      continents: [(['NA', 'EU', 'AS', 'SA'] as const)[index] ?? ('OC' as const)],
    })),
  }));

describe('ActivePassive on k8s', () => {
  it('gives every guarantee between regions of the plan by default', () => {
    const gateway = anActivePassive(MONITORED);

    expect(readMultiRegionFacts(gateway)).toEqual(planMultiRegionFacts(gateway.topology));
    expect(readMultiRegionFacts(gateway).regions.map((each) => each.databaseRole)).toEqual([
      'writer',
      'replica',
    ]);
  });

  it('gives every guarantee between regions of the plan for any valid description', () => {
    fc.assert(
      fc.property(ACTIVE_PASSIVE, (wish) => {
        const gateway = anActivePassive({ ...MONITORED, ...wish });
        expect(readMultiRegionFacts(gateway)).toEqual(planMultiRegionFacts(gateway.topology));
      }),
      { numRuns: 6, seed: 20261123 },
    );
  });
});

describe('ActiveActive on k8s', () => {
  it('gives every guarantee between regions of the plan by default', () => {
    const gateway = anActiveActive(MONITORED);

    expect(readMultiRegionFacts(gateway)).toEqual(planMultiRegionFacts(gateway.topology));
    expect(readMultiRegionFacts(gateway).edge).toMatchObject({
      probePath: '/health/region',
      ttlSeconds: 60,
    });
  });

  it('gives every guarantee between regions of the plan for any valid description', () => {
    fc.assert(
      fc.property(ACTIVE_ACTIVE, (wish) => {
        const gateway = anActiveActive({ ...MONITORED, ...wish });
        expect(readMultiRegionFacts(gateway)).toEqual(planMultiRegionFacts(gateway.topology));
      }),
      { numRuns: 6, seed: 20261123 },
    );
  });
});
