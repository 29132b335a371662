import fc from 'fast-check';
import {
  planConnectionBudget,
  planPoolBudget,
  planPoolersBudget,
  planRegionLoss,
} from '../../../lib';

describe('planConnectionBudget', () => {
  it('counts the largest number of replicas and what is reserved', () => {
    expect(
      planConnectionBudget({ maxReplicas: 20, connectionsPerReplica: 10, maxConnections: 400 }),
    ).toEqual({
      needed: 215,
      available: 400,
      arithmetic: '20 replicas × 10 connections + 15 reserved = 215 of 400',
    });
  });
});

describe('planPoolBudget', () => {
  it('counts what the pooler may open, and what is reserved', () => {
    expect(planPoolBudget({ maxConnections: 333, maxConnectionsPercent: 90 })).toEqual({
      needed: 314,
      available: 333,
      arithmetic: '90 % of 333 connections for the pooler = 299 + 15 reserved = 314 of 333',
    });
  });
});

describe('planPoolersBudget', () => {
  const pooler = { kind: 'pools', poolers: 2, surge: 1, poolSize: 25, reserve: 5 } as const;

  it('counts what poolers open during a rollout, and what is reserved', () => {
    const direct = { maxReplicas: 0, connectionsPerReplica: 10 };

    expect(planPoolersBudget({ pooler, maxConnections: 400, direct })).toEqual({
      needed: 105,
      available: 400,
      arithmetic: '(2 poolers + 1 in a rollout) × (25 + 5) connections + 15 reserved = 105 of 400',
    });
  });

  it('adds replicas that go past the poolers', () => {
    const direct = { maxReplicas: 40, connectionsPerReplica: 10 };

    expect(planPoolersBudget({ pooler, maxConnections: 400, direct })).toEqual({
      needed: 505,
      available: 400,
      arithmetic:
        '(2 poolers + 1 in a rollout) × (25 + 5) connections + 40 replicas elsewhere × 10 connections + 15 reserved = 505 of 400',
    });
  });
});

describe('planRegionLoss', () => {
  it('takes the largest region away', () => {
    const regions = [
      { region: 'us-east-1', maxReplicas: 10 },
      { region: 'eu-west-1', maxReplicas: 30 },
      { region: 'ap-southeast-1', maxReplicas: 5 },
    ];

    expect(planRegionLoss({ regions, peakReplicas: 20 })).toEqual({
      lostRegion: 'eu-west-1',
      leftReplicas: 15,
      neededPerRegion: 10,
      arithmetic: 'without eu-west-1: us-east-1 10 + ap-southeast-1 5 = 15 replicas of 20',
    });
  });

  it('leaves no more than the loss of any other region does', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 8 });

    fc.assert(
      fc.property(sizes, (maxima) => {
        const regions = maxima.map((maxReplicas, index) => ({ region: `r${index}`, maxReplicas }));
        const total = maxima.reduce((sum, max) => sum + max, 0);
        const { leftReplicas } = planRegionLoss({ regions, peakReplicas: 1 });

        for (const max of maxima) expect(leftReplicas).toBeLessThanOrEqual(total - max);
      }),
    );
  });

  it('rejects a single region', () => {
    expect(() =>
      planRegionLoss({ regions: [{ region: 'alone', maxReplicas: 3 }], peakReplicas: 3 }),
    ).toThrow(new Error('the loss of a region is planned for two regions or more'));
  });
});
