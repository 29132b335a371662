import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AWS_TRAITS,
  GCP_TRAITS,
  K8S_TRAITS,
  LOCAL_TRAITS,
  MULTI_REGION_RULES,
  resolveActiveActive,
  resolveActivePassive,
  type ActiveActiveProps,
  type ActivePassiveProps,
} from '../../../lib';
import { activeActive, activePassive, problemsOf } from '../multi-region';

interface Refusal<Props> {
  readonly props: Partial<Props>;
  readonly traits: typeof AWS_TRAITS;
  readonly messages: readonly string[];
}

const WRITER = { dataMode: 'global-database', database: { maxConnections: 700 } } as const;

describe('checkMultiRegionRules', () => {
  it('has nothing against either pattern as it is on any target', () => {
    for (const traits of [AWS_TRAITS, GCP_TRAITS, K8S_TRAITS, LOCAL_TRAITS]) {
      expect(problemsOf(() => resolveActivePassive(activePassive(), traits))).toEqual([]);
      expect(problemsOf(() => resolveActiveActive(activeActive(), traits))).toEqual([]);
    }
  });

  it.each<[string, Refusal<ActivePassiveProps>]>([
    [
      "a name that is no region's",
      {
        props: { primary: { region: 'US' } },
        traits: AWS_TRAITS,
        messages: [
          `primary.region must be the target's name of a region (a–z, 0–9 and dashes inside, at most 30), got "US"; write it like us-east-1`,
        ],
      },
    ],
    [
      'two parts in one region, and ranges that overlap',
      {
        props: { standby: { region: 'us-east-1', cidr: '10.40.128.0/17' } },
        traits: AWS_TRAITS,
        messages: [
          'standby.region must differ from primary.region, got "us-east-1"; choose another region, best on another power grid',
          'standby.cidr must not overlap primary.cidr (10.40.0.0/16, 65536 addresses), got 10.40.128.0/17; choose a range of its own',
        ],
      },
    ],
    [
      'what a region says for itself, at its own place',
      {
        props: { standby: { region: 'us-west-2', zones: 1, cidr: 'x' } },
        traits: AWS_TRAITS,
        messages: [
          'standby.zones must be a whole number from 2 to 6 (zones), got 1; raise it',
          'standby.cidr must be an IPv4 range between /16 and /20 without host bits, got "x"; write it like 10.40.0.0/16',
        ],
      },
    ],
    [
      'no name to lead clients by',
      {
        props: { domain: undefined },
        traits: AWS_TRAITS,
        messages: [
          'domain must be given, because it is the name that leads clients to a region, got nothing; pass domain: { name: … }',
        ],
      },
    ],
    [
      'a standby that does not serve at once',
      {
        props: { standby: { region: 'us-west-2', minReplicas: 0 } },
        traits: AWS_TRAITS,
        messages: [
          'standby.minReplicas must be 2 or more, so that the standby serves the moment traffic arrives, got 0; raise it, or say in standby.allowColdStandby why clients may wait',
        ],
      },
    ],
    [
      'a floor above the ceiling',
      {
        props: { standby: { region: 'us-west-2', minReplicas: 21 } },
        traits: AWS_TRAITS,
        messages: [
          'standby.minReplicas must be a whole number from 0 to autoscaling.maxReplicas (20), got 21; lower it, or raise autoscaling.maxReplicas',
        ],
      },
    ],
    [
      'half a replica',
      {
        props: { standby: { region: 'us-west-2', minReplicas: 2.5 } },
        traits: AWS_TRAITS,
        messages: [
          'standby.minReplicas must be a whole number from 0 to autoscaling.maxReplicas (20), got 2.5; mend it',
        ],
      },
    ],
    [
      'a cold standby without a reason',
      {
        props: { standby: { region: 'us-west-2', minReplicas: 0, allowColdStandby: ' ' } },
        traits: AWS_TRAITS,
        messages: [
          'standby.allowColdStandby must say why clients may wait for replicas to start, got " "; write the reason, or leave it out',
        ],
      },
    ],
    [
      'a data mode that the target does not offer',
      {
        props: { dataMode: 'global-database' },
        traits: K8S_TRAITS,
        messages: [
          'dataMode must be offered by k8s: shared-writer, regional-primaries, got "global-database"; choose one of those, or deploy to aws or gcp',
        ],
      },
    ],
    [
      'probes and answers of DNS that Route 53 does not offer',
      {
        props: { steering: { intervalSeconds: 15, failureThreshold: 1, ttlSeconds: 30 } },
        traits: AWS_TRAITS,
        messages: [
          'steering.intervalSeconds must be 10 or 30 s (Route 53 health checks), got 15; choose one that is offered',
          'steering.failureThreshold must be a whole number from 2 to 10 (probes), got 1; choose 3',
          'steering.ttlSeconds must be 60 (Route 53 alias records of load balancers), got 30; leave it out',
        ],
      },
    ],
    [
      'probes and answers of DNS that Cloud DNS does not offer',
      {
        props: { steering: { intervalSeconds: 10, ttlSeconds: 1 } },
        traits: GCP_TRAITS,
        messages: [
          'steering.intervalSeconds must be 30–300 s (Cloud DNS, "Health checks" of routing policies), got 10; choose one that is offered',
          'steering.ttlSeconds must be a whole number from 5 to 300 (seconds), got 1; choose 60',
        ],
      },
    ],
    [
      'a standby that writes',
      {
        props: { dataMode: 'regional-primaries' as 'shared-writer' },
        traits: AWS_TRAITS,
        messages: [
          `dataMode must have one writer, because a standby that writes is no standby, got "regional-primaries"; choose 'shared-writer', or use ActiveActive`,
        ],
      },
    ],
    [
      'to lose nothing in an asynchronous mode',
      {
        props: { objectives: { rpoSeconds: 0 } },
        traits: AWS_TRAITS,
        messages: [
          `objectives.rpoSeconds must be above 0 in data mode shared-writer, which acknowledges a write before another region has it (0 s + a lag of 5 s = 5 s lost with a region — Amazon RDS User Guide, "Read replicas": asynchronous, no bound; 5 s is ours), got 0; demand 5 or more, or use ActiveActive with dataMode 'distributed-sql'`,
        ],
      },
    ],
    [
      "to lose nothing where no target's mode is synchronous",
      {
        props: { objectives: { rpoSeconds: 0 } },
        traits: K8S_TRAITS,
        messages: [
          `objectives.rpoSeconds must be above 0 in data mode shared-writer, which acknowledges a write before another region has it (0 s + a lag of 5 s = 5 s lost with a region — PostgreSQL, "Streaming Replication": asynchronous, no bound; 5 s is ours), got 0; demand 5 or more, or use ActiveActive with dataMode 'distributed-sql' on aws`,
        ],
      },
    ],
  ])('rejects %s', (_, { props, traits, messages }) => {
    expect(problemsOf(() => resolveActivePassive(activePassive(props), traits))).toEqual(messages);
  });

  it.each<[string, Refusal<ActiveActiveProps>]>([
    [
      'one region',
      {
        props: { regions: [{ region: 'us-east-1' }] },
        traits: AWS_TRAITS,
        messages: ['regions must name 2 to 8 regions, got 1; add a region, or use SingleRegionHA'],
      },
    ],
    [
      'nine regions',
      {
        props: { regions: Array.from({ length: 9 }, (_, index) => ({ region: `r${index}` })) },
        traits: AWS_TRAITS,
        messages: [
          'regions must name 2 to 8 regions, got 9; remove some',
          'regions must be at most 8 in data mode regional-primaries (the most regions a description may have), got 9; remove some, or choose another dataMode',
        ],
      },
    ],
    [
      'three regions and no witness for a database of two',
      {
        props: { dataMode: 'distributed-sql' },
        traits: AWS_TRAITS,
        messages: [
          'regions must be at most 2 in data mode distributed-sql (Aurora DSQL User Guide, "Multi-Region clusters": two regions and a witness), got 3; remove some, or choose another dataMode',
          'witnessRegion must be a region besides us-east-1 and eu-west-1 and ap-southeast-1 (Amazon Aurora DSQL), got nothing; name a third region, where only the log of the database is kept',
        ],
      },
    ],
    [
      'a data mode that only another target offers',
      {
        props: { dataMode: 'distributed-sql' },
        traits: K8S_TRAITS,
        messages: [
          'dataMode must be offered by k8s: shared-writer, regional-primaries, got "distributed-sql"; choose one of those, or deploy to aws',
        ],
      },
    ],
    [
      'a witness and a writer where every region writes',
      {
        props: { witnessRegion: 'us-west-1', writerRegion: 'us-east-1' },
        traits: AWS_TRAITS,
        messages: [
          'witnessRegion must be left out in data mode regional-primaries (Amazon RDS in each region with logical replication), got "us-west-1"; remove it',
          'writerRegion must be left out in data mode regional-primaries, in which every region writes, got "us-east-1"; remove it',
        ],
      },
    ],
    [
      'a writer elsewhere, and more connections than it takes',
      {
        props: { dataMode: 'shared-writer', writerRegion: 'mars' },
        traits: AWS_TRAITS,
        messages: [
          'writerRegion must be one of the regions (us-east-1, eu-west-1, ap-southeast-1), got "mars"; choose one of those',
          "database.maxConnections must be 615 or more, because the replicas of 3 regions share one writer (60 replicas × 10 connections + 15 reserved = 615 of 400), got 400; raise it, lower autoscaling.maxReplicas, or choose dataMode 'regional-primaries'",
        ],
      },
    ],
    [
      'places that nobody is led to',
      {
        props: { steering: { policy: 'geolocation' } },
        traits: AWS_TRAITS,
        messages: [
          'regions[0].continents must name at least one of AF, AN, AS, EU, NA, OC, SA, got none; say whose clients are led here',
          'regions[1].continents must name at least one of AF, AN, AS, EU, NA, OC, SA, got none; say whose clients are led here',
          'regions[2].continents must name at least one of AF, AN, AS, EU, NA, OC, SA, got none; say whose clients are led here',
        ],
      },
    ],
    [
      'continents that are none, or are given twice',
      {
        props: {
          steering: { policy: 'geolocation' },
          regions: [
            { region: 'a', continents: ['EU', 'XX' as 'EU'] },
            { region: 'b', continents: ['EU'] },
          ],
        },
        traits: AWS_TRAITS,
        messages: [
          'regions[0].continents must name at least one of AF, AN, AS, EU, NA, OC, SA, got XX; say whose clients are led here',
          'regions[1].continents must not repeat a continent of regions[0], got EU; give each continent to one region',
        ],
      },
    ],
    [
      'a policy that the target does not offer',
      {
        props: { steering: { policy: 'latency' } },
        traits: GCP_TRAITS,
        messages: [
          'steering.policy must be offered by gcp: anycast, geolocation, got "latency"; choose one of those',
        ],
      },
    ],
    [
      'a pace of probes that nobody keeps, and a silence that is cut',
      {
        props: {
          steering: { policy: 'anycast', intervalSeconds: 30, failureThreshold: 5 },
          streaming: { idleSeconds: 600 },
        },
        traits: AWS_TRAITS,
        messages: [
          'steering.intervalSeconds must be 5, as probe.intervalSeconds is (Global Accelerator Developer Guide, "Health checks": an ALB is judged by its own), got 30; leave it out, or change probe.intervalSeconds',
          'steering.failureThreshold must be 3, as probe.unhealthyThreshold is (Global Accelerator Developer Guide, "Health checks": an ALB is judged by its own), got 5; leave it out, or change probe.unhealthyThreshold',
          'streaming.idleSeconds must be at most 340 with steering.policy "anycast" (Global Accelerator Developer Guide, "How it works": idle timeout of TCP, fixed), got 600; lower it, or choose another steering.policy',
        ],
      },
    ],
    [
      'a writer that is lost together with what would close its region',
      {
        props: {
          ...WRITER,
          regions: [{ region: 'us-west-2' }, { region: 'eu-west-1' }],
          steering: { policy: 'anycast' },
        },
        traits: AWS_TRAITS,
        messages: [
          'regions[0].region must be another region than us-west-2, where alone AWS Global Accelerator UpdateEndpointGroup is answered: lost together with it, the region could not be closed, got "us-west-2"; let another region take the writes, or choose another steering.policy',
        ],
      },
    ],
    [
      'the same, where the writer is named',
      {
        props: {
          ...WRITER,
          regions: [{ region: 'eu-west-1' }, { region: 'us-west-2' }],
          writerRegion: 'us-west-2',
          steering: { policy: 'anycast' },
        },
        traits: AWS_TRAITS,
        messages: [
          'writerRegion must be another region than us-west-2, where alone AWS Global Accelerator UpdateEndpointGroup is answered: lost together with it, the region could not be closed, got "us-west-2"; let another region take the writes, or choose another steering.policy',
        ],
      },
    ],
    [
      'regions that cannot carry the peak without the largest',
      {
        props: { peakReplicas: 45 },
        traits: AWS_TRAITS,
        messages: [
          'autoscaling.maxReplicas must let the regions that are left carry the peak of 45 replicas (without us-east-1: eu-west-1 20 + ap-southeast-1 20 = 40 replicas of 45), got 40 replicas; raise it to 23, add a region, or lower peakReplicas',
        ],
      },
    ],
    [
      'a peak of nothing',
      {
        props: { peakReplicas: 0 },
        traits: AWS_TRAITS,
        messages: [
          'peakReplicas must be a whole number of 1 or more (replicas), got 0; measure it, or leave it out',
        ],
      },
    ],
    [
      'fewer replicas than zones in one region',
      {
        props: {
          regions: [
            { region: 'us-east-1', zones: 4, autoscaling: { minReplicas: 3 } },
            { region: 'eu-west-1' },
          ],
        },
        traits: AWS_TRAITS,
        messages: [
          'regions[0].autoscaling.minReplicas must be at least the number of zones (4), got 3; raise it, or lower zones',
        ],
      },
    ],
  ])('rejects %s', (_, { props, traits, messages }) => {
    expect(problemsOf(() => resolveActiveActive(activeActive(props), traits))).toEqual(messages);
  });

  it('reports what is said once for all regions once, together with everything else', () => {
    const props = activePassive({ zones: 7, standby: { region: 'us-east-1', minReplicas: 1 } });

    expect(problemsOf(() => resolveActivePassive(props, AWS_TRAITS))).toEqual([
      'zones must be a whole number from 2 to 6 (zones), got 7; lower it',
      'autoscaling.minReplicas must be at least the number of zones (7), got 3; raise it, or lower zones',
      'standby.region must differ from primary.region, got "us-east-1"; choose another region, best on another power grid',
      'standby.minReplicas must be 2 or more, so that the standby serves the moment traffic arrives, got 1; raise it, or say in standby.allowColdStandby why clients may wait',
    ]);
  });
});

describe('MULTI_REGION_RULES', () => {
  it('are listed in docs/rules.md with their reasons, in order', () => {
    const text = readFileSync(join(__dirname, '../../../docs/rules.md'), 'utf8');
    const section = text.split('Several regions are checked')[1]?.split('\n\n')[1] ?? '';
    const rows = [...section.matchAll(/^\| `([\w.-]+)` +\| (.*?) *\|$/gm)].map(
      ([, id, because]) => ({ id, because }),
    );

    expect(rows).toEqual(MULTI_REGION_RULES.map(({ id, because }) => ({ id, because })));
  });

  it('have ids of their own', () => {
    const ids = MULTI_REGION_RULES.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(15);
  });
});
