import { Template } from 'aws-cdk-lib/assertions';
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
  buildDistributed,
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

/** What a database without servers has none of. */
const OF_A_SERVER: readonly (keyof Facts)[] = [
  ...OF_THE_SOURCE,
  'databaseMajorVersion',
  'databaseStandbyInOtherZone',
  'databaseMaxConnections',
];

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
  {
    name: 'ActiveActive with a shared writer',
    create: ({ database, ...wish }) => {
      const change = {
        ...wish,
        dataMode: 'shared-writer',
        database: Database.rds({ maxConnections: 700, ...database }),
      } as const;
      const { spec } = resolveActiveActive({ ...leastActiveActive(), ...change }, AWS_TRAITS);
      return {
        topology: planActiveActive(spec, AWS_TRAITS),
        gateway: buildActiveActive(change),
      };
    },
  },
  {
    name: 'ActiveActive with a primary in each region',
    create: ({ database, ...wish }) => {
      const change = {
        ...wish,
        dataMode: 'regional-primaries',
        database: Database.rds(database),
      } as const;
      const { spec } = resolveActiveActive({ ...leastActiveActive(), ...change }, AWS_TRAITS);
      return {
        topology: planActiveActive(spec, AWS_TRAITS),
        gateway: buildActiveActive(change),
      };
    },
  },
  {
    name: 'ActiveActive on Aurora DSQL',
    create: ({ database, ...wish }) => {
      const change = {
        ...wish,
        database: Database.distributed(database),
        regions: [{ region: 'us-east-1' }, { region: 'us-east-2' }],
        witnessRegion: 'us-west-2',
        dataMode: 'distributed-sql',
      } as const;
      const { spec } = resolveActiveActive({ ...leastActiveActive(), ...change }, AWS_TRAITS);
      return { topology: planActiveActive(spec, AWS_TRAITS), gateway: buildDistributed(change) };
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
      const template = readRegion(gateway, plan.region);
      const facts = readAwsFacts(template);
      const planned = planFacts({ ...topology, regions: [plan] });
      const copied = plan.databaseRole.kind === 'replica' ? OF_THE_SOURCE : [];
      const unsized = gateway.regions[0]?.parts.database.kind === 'aurora' ? OF_THE_SOURCE : [];
      const missing = Object.entries(facts).flatMap(([name, fact]) =>
        plan.databaseRole.kind === 'member' && typeof fact === 'object' ? [name] : [],
      );
      expect(missing.every((name) => OF_A_SERVER.includes(name as keyof Facts))).toBe(true);
      const left = new Set<string>([...copied, ...unsized, ...missing]);
      const keep = (each: Facts): unknown =>
        Object.fromEntries(Object.entries(each).filter(([name]) => !left.has(name)));
      expect(keep(facts)).toEqual(keep(planned));
      expect(readsPeers(template)).toEqual(
        topology.replication.links
          .filter(({ to, transport }) => to === plan.region && transport === 'logical')
          .map(({ from }) => from),
      );
    }
  }
});

/** What a region's own stack makes, and that of its cluster of a database which spans regions. */
function readRegion(gateway: MultiRegionDeployment, region: string): CloudFormationTemplate {
  const own = templateOf(gateway, region).toJSON() as CloudFormationTemplate;
  const cluster = gateway.databaseClusters.find((each) => each.region === region);
  if (cluster === undefined) return own;
  const { Resources } = Template.fromStack(cluster.stack).toJSON() as CloudFormationTemplate;
  return { ...own, Resources: { ...Resources, ...own.Resources } };
}

/** Regions whose rows a region receives: its server keeps its log for others, and its executor knows them. */
function readsPeers({ Resources }: CloudFormationTemplate): readonly string[] {
  const text = JSON.stringify(Resources).replaceAll('\\', '');
  const [, peers] = /"exchange":\{"gateway":"[^"]*","peers":(\[.*?\])\}/.exec(text) ?? [];
  const keepsLog = text.includes('"rds.logical_replication":"1"');
  if (peers === undefined || !keepsLog) return [];
  return (JSON.parse(peers) as readonly { readonly region: string }[]).map(({ region }) => region);
}
