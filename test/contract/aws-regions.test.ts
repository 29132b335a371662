import fc from 'fast-check';
import { Database, type MultiRegionDeployment } from '../../constructs/aws';
import { readAwsFacts, type CloudFormationTemplate } from '../../constructs/aws/testing';
import {
  AWS_TRAITS,
  planActiveActive,
  planActivePassive,
  resolveActiveActive,
  resolveActivePassive,
  type GatewayProps,
  type MultiRegionTopology,
} from '../../lib';
import {
  buildActiveActive,
  buildActivePassive,
  leastActiveActive,
  leastActivePassive,
  templateOf,
} from '../constructs/aws/multi-region-support';
import { planFacts, type Facts } from './facts/facts';

type Wish = Pick<
  GatewayProps,
  'autoscaling' | 'streaming' | 'probe' | 'zones' | 'backup' | 'database'
>;

const wishes: fc.Arbitrary<Wish> = fc
  .record({
    zones: fc.constantFrom(2, 3),
    minReplicas: fc.integer({ min: 3, max: 5 }),
    maxReplicas: fc.integer({ min: 10, max: 20 }),
    maxStreamSeconds: fc.integer({ min: 600, max: 3000 }),
    intervalSeconds: fc.integer({ min: 5, max: 20 }),
    retentionDays: fc.integer({ min: 7, max: 35 }),
    maxConnections: fc.integer({ min: 700, max: 1000 }),
  })
  .map((wish) => ({
    zones: wish.zones,
    autoscaling: { minReplicas: wish.minReplicas, maxReplicas: wish.maxReplicas },
    streaming: { maxStreamSeconds: wish.maxStreamSeconds },
    probe: { intervalSeconds: wish.intervalSeconds },
    backup: { retentionDays: wish.retentionDays },
    database: { maxConnections: wish.maxConnections },
  }));

/** What storage and readers of a copy are follows from its source, and a database of Aurora has no size. */
const OF_THE_SOURCE: readonly (keyof Facts)[] = ['databaseStorageGib', 'databaseReadReplicas'];

interface Pattern {
  readonly name: string;
  readonly create: (wish: Partial<Wish>) => {
    readonly topology: MultiRegionTopology;
    readonly gateway: MultiRegionDeployment;
  };
}

const PATTERNS: readonly Pattern[] = [
  {
    name: 'ActivePassive',
    create: ({ database, ...wish }) => {
      const props = { ...leastActivePassive(), ...wish, database: Database.rds(database) };
      const { spec } = resolveActivePassive(props, AWS_TRAITS);
      return {
        topology: planActivePassive(spec, AWS_TRAITS),
        gateway: buildActivePassive({ ...wish, database: props.database }),
      };
    },
  },
  {
    name: 'ActiveActive',
    create: ({ database, ...wish }) => {
      const least = leastActiveActive();
      const props = {
        ...least,
        ...wish,
        database: Database.aurora({ maxConnections: 700, ...database }),
      };
      const { spec } = resolveActiveActive(props, AWS_TRAITS);
      return {
        topology: planActiveActive(spec, AWS_TRAITS),
        gateway: buildActiveActive({ ...wish, database: props.database }),
      };
    },
  },
];

describe.each(PATTERNS)('$name on aws', ({ create }) => {
  it('gives every guarantee of the plan in each region by default', () => {
    compare({});
  });

  it('gives every guarantee of the plan in each region for any valid description', () => {
    fc.assert(fc.property(wishes, compare), { numRuns: 1, endOnFailure: true, seed: 20261123 });
  });

  function compare(wish: Partial<Wish>): void {
    const { topology, gateway } = create(wish);
    for (const plan of topology.regions) {
      const template = templateOf(gateway, plan.region).toJSON() as CloudFormationTemplate;
      const facts = readAwsFacts(template);
      const planned = planFacts({ ...topology, regions: [plan] });
      const copied = plan.databaseRole.kind === 'replica' ? OF_THE_SOURCE : [];
      const unsized = gateway.regions[0]?.parts.database.kind === 'aurora' ? OF_THE_SOURCE : [];
      const left = new Set<string>([...copied, ...unsized]);
      const keep = (each: Facts): unknown =>
        Object.fromEntries(Object.entries(each).filter(([name]) => !left.has(name)));
      expect(keep(facts)).toEqual(keep(planned));
    }
  }
});
