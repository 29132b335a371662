import { Database, type ActiveActiveProps } from '../../../../constructs/aws';
import { buildActiveActive } from '../multi-region-support';
import { PRIMARY, STANDBY, type Refusal } from './refusal';

const many = (change: Partial<ActiveActiveProps>) => (): unknown => buildActiveActive(change);

export const OF_MANY_REGIONS: readonly Refusal[] = [
  {
    what: 'a single region',
    create: many({ regions: [PRIMARY] }),
    rules: ['regions.count'],
    says: [
      'litellm on aws: 1 problem',
      'regions must name 2 to 8 regions, got 1; add a region, or use SingleRegionHA',
    ],
  },
  {
    what: 'nine regions',
    create: many({
      regions: Array.from({ length: 9 }, (_, index) => ({ region: `region-${index + 1}` })),
      database: Database.aurora({ maxConnections: 2000 }),
    }),
    rules: ['regions.count', 'data-mode.regions'],
    says: [
      'litellm on aws: 2 problems',
      'regions must name 2 to 8 regions, got 9; remove some',
      'regions must be at most 8 in data mode global-database (the most regions a description may have), got 9; remove some, or choose another dataMode',
    ],
  },
  {
    what: 'a peak that the regions that are left cannot carry',
    create: many({ peakReplicas: 45 }),
    rules: ['capacity.region-loss'],
    says: [
      'litellm on aws: 1 problem',
      'autoscaling.maxReplicas must let the regions that are left carry the peak of 45 replicas (without us-east-1: eu-west-1 20 + ap-southeast-2 20 = 40 replicas of 45), got 40 replicas; raise it to 23, add a region, or lower peakReplicas',
    ],
  },
  {
    what: 'half a replica at the peak',
    create: many({ peakReplicas: 0.5 }),
    rules: ['capacity.peak'],
    says: [
      'litellm on aws: 1 problem',
      'peakReplicas must be a whole number of 1 or more (replicas), got 0.5; measure it, or leave it out',
    ],
  },
  {
    what: 'more replicas than the one writer has connections for',
    create: many({ database: Database.aurora() }),
    rules: ['capacity.writer-connections'],
    says: [
      'litellm on aws: 1 problem',
      "database.maxConnections must be 615 or more, because the replicas of 3 regions share one writer (60 replicas × 10 connections + 15 reserved = 615 of 400), got 400; raise it, lower autoscaling.maxReplicas, or choose dataMode 'regional-primaries'",
    ],
  },
  {
    what: 'a writer in no region',
    create: many({ writerRegion: 'eu-central-1' }),
    rules: ['data-mode.writer'],
    says: [
      'litellm on aws: 1 problem',
      'writerRegion must be one of the regions (us-east-1, eu-west-1, ap-southeast-2), got "eu-central-1"; choose one of those',
    ],
  },
  {
    what: 'a witness that would stand idle',
    create: many({ witnessRegion: 'eu-central-1' }),
    rules: ['data-mode.witness'],
    says: [
      'litellm on aws: 1 problem',
      'witnessRegion must be left out in data mode global-database (Amazon Aurora Global Database), got "eu-central-1"; remove it',
    ],
  },
  {
    what: 'geolocation without the continents',
    create: many({
      regions: [
        { region: 'us-east-1', continents: ['NA'] },
        { region: 'eu-west-1', continents: ['NA'] },
        STANDBY,
      ],
      steering: { policy: 'geolocation' },
    }),
    rules: ['steering.continents', 'steering.continents'],
    says: [
      'litellm on aws: 2 problems',
      'regions[2].continents must name at least one of AF, AN, AS, EU, NA, OC, SA, got none; say whose clients are led here',
      'regions[1].continents must not repeat a continent of regions[0], got NA; give each continent to one region',
    ],
  },
  {
    what: 'a data mode that AWS does not have',
    create: many({ dataMode: 'shared-nothing' as never }),
    rules: ['data-mode.target'],
    says: [
      'litellm on aws: 1 problem',
      'dataMode must be offered by aws: shared-writer, global-database, regional-primaries, distributed-sql, got "shared-nothing"; choose one of those',
    ],
  },
  {
    what: 'a way to lead clients that AWS does not have',
    create: many({ steering: { policy: 'cross-fingers' as never } }),
    rules: ['steering.policy'],
    says: [
      'litellm on aws: 1 problem',
      'steering.policy must be offered by aws: latency, anycast, geolocation, got "cross-fingers"; choose one of those',
    ],
  },
  {
    what: 'a database of two regions without a third that decides',
    create: many({ regions: [PRIMARY, STANDBY], dataMode: 'distributed-sql' }),
    rules: ['data-mode.witness'],
    says: [
      'litellm on aws: 1 problem',
      'witnessRegion must be a region besides us-east-1 and us-west-2 (Amazon Aurora DSQL), got nothing; name a third region, where only the log of the database is kept',
    ],
  },
  {
    what: 'everything at once',
    create: many({
      name: 'UPPER',
      regions: [PRIMARY, PRIMARY],
      steering: { failureThreshold: 20 },
      objectives: { rpoSeconds: 0 },
    }),
    rules: ['spec.name', 'regions.distinct', 'steering.threshold', 'objectives.rpo-asynchronous'],
    says: [
      'UPPER on aws: 4 problems',
      'name must be a DNS label of at most 20 characters (a–z, 0–9 and dashes inside), got "UPPER"; choose a shorter, lower-case name',
      'regions[1].region must differ from regions[0].region, got "us-east-1"; choose another region, best on another power grid',
      'steering.failureThreshold must be a whole number from 2 to 10 (probes), got 20; choose 3',
      'objectives.rpoSeconds must be above 0 in data mode global-database, which acknowledges a write before another region has it (0 s + a lag of 1 s = 1 s lost with a region — Amazon Aurora User Guide, "Aurora Global Database": typically under a second), got 0; demand 1 or more, or use ActiveActive with dataMode \'distributed-sql\'',
    ],
  },
];
