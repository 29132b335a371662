import fc from 'fast-check';
import {
  Cache,
  Chaos,
  Compute,
  Database,
  GatewayConfig,
  ZonalAutoshift,
  type SingleRegionHAProps,
} from '../../../constructs/aws';
import {
  readAwsFacts,
  readManifests,
  type CloudFormationTemplate,
  type Facts,
  type Manifest,
} from '../../../constructs/aws/testing';
import { RESERVED_CONNECTIONS } from '../../../lib/topology/capacity';
import { build, gatewayFolder } from './support';

/** What a user may wish for, far from the defaults and within the rules. */
interface Wish {
  readonly zones: number;
  readonly cidr: string;
  readonly compute: 'eks' | 'fargate';
  readonly database: 'rds' | 'aurora';
  readonly cache: 'replicationGroup' | 'cluster';
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly cpuPercent: number;
  readonly connectionsPerReplica: number;
  readonly maxConnections: number;
  readonly maxStreamSeconds: number;
  readonly idleSeconds: number;
  readonly intervalSeconds: number;
  readonly unhealthyThreshold: number;
  readonly readReplicas: number;
  readonly cacheReplicas: number;
  readonly extras: 'none' | 'all';
}

const wishes: fc.Arbitrary<Wish> = fc
  .record({
    zones: fc.integer({ min: 2, max: 4 }),
    cidr: fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 16, max: 20 }))
      .map(([second, bits]) => `10.${second}.0.0/${bits}`),
    compute: fc.constantFrom('eks' as const, 'fargate' as const),
    database: fc.constantFrom('rds' as const, 'aurora' as const),
    cache: fc.constantFrom('replicationGroup' as const, 'cluster' as const),
    aboveZones: fc.integer({ min: 0, max: 5 }),
    headroom: fc.integer({ min: 0, max: 40 }),
    cpuPercent: fc.integer({ min: 10, max: 50 }),
    connectionsPerReplica: fc.integer({ min: 1, max: 30 }),
    // Often none at all: at the edge of what the rule lets pass.
    spareConnections: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 200 })),
    maxStreamSeconds: fc.integer({ min: 30, max: 3600 }),
    idleShare: fc.double({ min: 0, max: 1, noNaN: true }),
    intervalSeconds: fc.integer({ min: 5, max: 60 }),
    unhealthyThreshold: fc.integer({ min: 2, max: 10 }),
    readReplicas: fc.integer({ min: 1, max: 5 }),
    cacheReplicas: fc.integer({ min: 2, max: 5 }),
    extras: fc.constantFrom('none' as const, 'all' as const),
  })
  .map(({ aboveZones, headroom, spareConnections, idleShare, ...wish }) => {
    const minReplicas = wish.zones + aboveZones;
    const maxReplicas = minReplicas + headroom;
    const needed = maxReplicas * wish.connectionsPerReplica + RESERVED_CONNECTIONS;
    return {
      ...wish,
      minReplicas,
      maxReplicas,
      maxConnections: Math.max(needed + spareConnections, 100),
      idleSeconds: 30 + Math.floor((wish.maxStreamSeconds - 30) * idleShare),
    };
  });

function describeWish(wish: Wish): Partial<SingleRegionHAProps> {
  const database = { readReplicas: wish.readReplicas, maxConnections: wish.maxConnections };
  return {
    zones: wish.zones,
    cidr: wish.cidr,
    config: GatewayConfig.fromYaml(
      'model_list:\n  - model_name: gpt-4o\n    litellm_params:\n      model: openai/gpt-4o\n' +
        `router_settings:\n  timeout: ${wish.maxStreamSeconds}\n` +
        `general_settings:\n  database_connection_pool_limit: ${wish.connectionsPerReplica}\n`,
    ),
    secrets: {},
    compute:
      wish.compute === 'eks'
        ? Compute.eks({ gatewayFolder: gatewayFolder() })
        : Compute.fargate({ gatewayFolder: gatewayFolder() }),
    database: Database[wish.database](database),
    cache: Cache[wish.cache]({ replicas: wish.cacheReplicas }),
    autoscaling: {
      minReplicas: wish.minReplicas,
      maxReplicas: wish.maxReplicas,
      cpuPercent: wish.cpuPercent,
    },
    streaming: { maxStreamSeconds: wish.maxStreamSeconds, idleSeconds: wish.idleSeconds },
    probe: { intervalSeconds: wish.intervalSeconds, unhealthyThreshold: wish.unhealthyThreshold },
    ...(wish.extras === 'none'
      ? { vpcEndpoints: 'gateway' }
      : { zonalAutoshift: ZonalAutoshift.enabled(), chaos: Chaos.faultInjection() }),
  };
}

/** What came out, with the lookups that every invariant needs. */
interface Outcome {
  readonly facts: Facts;
  readonly replica: Replica;
  readonly of: (type: string) => readonly Resource[];
  readonly zonesOf: (subnetIds: unknown) => number;
}

interface Resource {
  readonly DeletionPolicy?: string;
  readonly Properties: Manifest;
}

/** One replica, whatever runs it. */
interface Replica {
  readonly environment: Readonly<Record<string, string>>;
  /** Before the signal to stop, or before the replica is told. */
  readonly waitSeconds: number;
  /** From there until the kill. */
  readonly graceSeconds: number;
  readonly spread: 'over-zones' | 'anywhere';
}

const RUNS = 8;

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_timeout */
const FARGATE_STOP_SECONDS = 120;
const FLUSH_SECONDS = 10;

describe('SingleRegionHA of any valid description', () => {
  it('stands in as many zones as it says, with entrance, replicas, database and cache', () => {
    check(({ facts, replica, of, zonesOf }, { zones }) => {
      expect(zones).toBeGreaterThanOrEqual(2);
      expect(facts.zones).toBe(zones);
      expect(replica.spread).toBe('over-zones');
      const [loadBalancer] = of('AWS::ElasticLoadBalancingV2::LoadBalancer');
      expect(zonesOf(loadBalancer?.Properties['Subnets'])).toBe(zones);
      for (const type of ['AWS::RDS::DBSubnetGroup', 'AWS::ElastiCache::SubnetGroup']) {
        for (const group of of(type)) expect(zonesOf(group.Properties['SubnetIds'])).toBe(zones);
      }
      expect(of('AWS::EC2::NatGateway')).toHaveLength(zones);
    });
  });

  it('loses a zone and has replicas, a database and a cache left that carry everybody', () => {
    check(({ facts, of }, { zones, minReplicas, cpuPercent, extras }) => {
      expect(facts.minReplicas).toBe(minReplicas);
      const left = minReplicas - Math.ceil(minReplicas / zones);
      expect(left).toBeGreaterThanOrEqual(zones - 1);
      if (extras === 'all') expect((cpuPercent * zones) / (zones - 1)).toBeLessThanOrEqual(100);
      expect(facts.databaseStandbyInOtherZone).toBe(true);
      expect(facts.cacheAutomaticFailover).toBe(true);
      const [cache] = of('AWS::ElastiCache::ReplicationGroup');
      expect(cache?.Properties['MultiAZEnabled']).toBe(true);
      const nodes = Number(facts.cacheReplicas) + 1;
      expect(nodes - Math.ceil(nodes / zones)).toBeGreaterThanOrEqual(1);
    });
  });

  it('drains: each wait outlasts the one inside it, from the probe to the kill', () => {
    check(({ facts, replica }, { maxStreamSeconds, idleSeconds, compute }) => {
      expect(facts.probeTimeoutSeconds).toBeLessThan(Number(facts.probeIntervalSeconds));
      expect(facts.drainSeconds).toBeGreaterThanOrEqual(maxStreamSeconds);
      expect(facts.idleSeconds).toBeGreaterThanOrEqual(idleSeconds);
      const seconds = (name: string): number => Number(replica.environment[name]);
      expect(seconds('KEEPALIVE_TIMEOUT')).toBeGreaterThan(Number(facts.idleSeconds));
      const drain = seconds('GRACEFUL_SHUTDOWN_TIMEOUT');
      const leaves = replica.waitSeconds + seconds('LITELLM_HA_PROPAGATION_SECONDS') + drain;
      expect(leaves).toBeLessThan(replica.graceSeconds);
      // Fargate kills sooner than a long stream ends; there the load balancer has waited before.
      const most = compute === 'eks' ? maxStreamSeconds : FARGATE_STOP_SECONDS - FLUSH_SECONDS;
      expect(drain).toBeGreaterThanOrEqual(Math.min(maxStreamSeconds, most));
    });
  });

  it('opens no more connections than the database accepts, with every replica there may be', () => {
    check(({ facts }, { connectionsPerReplica }) => {
      expect(
        Number(facts.maxReplicas) * connectionsPerReplica + RESERVED_CONNECTIONS,
      ).toBeLessThanOrEqual(Number(facts.databaseMaxConnections));
    });
  });

  it('keeps what holds data when somebody deletes it', () => {
    check(({ facts, of }) => {
      expect(facts.databaseDeletionProtection).toBe(true);
      const [loadBalancer] = of('AWS::ElasticLoadBalancingV2::LoadBalancer');
      expect(loadBalancer?.Properties['LoadBalancerAttributes']).toContainEqual({
        Key: 'deletion_protection.enabled',
        Value: 'true',
      });
      for (const bucket of of('AWS::S3::Bucket')) expect(bucket.DeletionPolicy).toBe('Retain');
      for (const key of of('AWS::KMS::Key')) expect(key.DeletionPolicy).toBe('Retain');
      const servers = [...of('AWS::RDS::DBCluster'), ...of('AWS::RDS::DBInstance')].filter(
        ({ Properties }) => Properties['DeletionProtection'] === true,
      );
      expect(servers.length).toBeGreaterThanOrEqual(1);
      for (const { DeletionPolicy } of servers) expect(DeletionPolicy).toBe('Snapshot');
    });
  });

  it('encrypts what it keeps and what it sends', () => {
    check(({ facts, of }) => {
      expect(facts.databaseEncrypted).toBe(true);
      expect(facts.httpRedirected).toBe(true);
      for (const { Properties } of of('AWS::ElastiCache::ReplicationGroup')) {
        expect(Properties['AtRestEncryptionEnabled']).toBe(true);
        expect(Properties['TransitEncryptionEnabled']).toBe(true);
      }
      const parameters = [
        ...of('AWS::RDS::DBParameterGroup'),
        ...of('AWS::RDS::DBClusterParameterGroup'),
      ].map(({ Properties }) => Properties['Parameters'] as Manifest);
      expect(parameters.filter((each) => each['rds.force_ssl'] === '1')).not.toEqual([]);
      for (const { Properties } of of('AWS::S3::Bucket')) {
        expect(Properties['BucketEncryption']).toBeDefined();
      }
      for (const { Properties } of of('AWS::SNS::Topic')) {
        expect(Properties['KmsMasterKeyId']).toBeDefined();
      }
      for (const { Properties } of of('AWS::EKS::Cluster')) {
        expect(Properties['EncryptionConfig']).toBeDefined();
      }
      for (const { Properties } of of('AWS::RDS::DBInstance')) {
        if (Properties['EnablePerformanceInsights'] !== true) continue;
        expect(Properties['PerformanceInsightsKMSKeyId']).toBeDefined();
      }
    });
  });
});

const built = new Map<string, Outcome>();

/** Every invariant looks at the same descriptions, so each is synthesized once. */
function check(invariant: (outcome: Outcome, wish: Wish) => void): void {
  fc.assert(
    fc.property(wishes, (wish) => invariant(outcomeOf(wish), wish)),
    { numRuns: RUNS, seed: 20261123, endOnFailure: true },
  );
}

function outcomeOf(wish: Wish): Outcome {
  const id = JSON.stringify(wish);
  const known = built.get(id) ?? synthesize(wish);
  built.set(id, known);
  return known;
}

function synthesize(wish: Wish): Outcome {
  const { template } = build((props) => ({ ...props, ...describeWish(wish) }));
  const json = template.toJSON() as CloudFormationTemplate;
  return {
    facts: readAwsFacts(json),
    replica: wish.compute === 'eks' ? readPod(json) : readTask(json),
    of: (type) => Object.values(template.findResources(type)) as unknown as readonly Resource[],
    zonesOf: (subnetIds) =>
      new Set(
        (subnetIds as readonly { readonly Ref: string }[]).map(({ Ref }) =>
          JSON.stringify(json.Resources[Ref]?.Properties?.['AvailabilityZone']),
        ),
      ).size,
  };
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly topologySpreadConstraints: readonly {
    readonly topologyKey: string;
    readonly whenUnsatisfiable: string;
    readonly maxSkew: number;
  }[];
  readonly containers: readonly {
    readonly env: readonly { readonly name: string; readonly value?: string }[];
    readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  }[];
}

function readPod(template: CloudFormationTemplate): Replica {
  const deployment = readManifests(template).find(({ kind }) => kind === 'Deployment');
  const pod = (deployment?.['spec'] as { readonly template: { readonly spec: PodSpec } }).template
    .spec;
  const [container] = pod.containers;
  return {
    environment: Object.fromEntries(
      (container?.env ?? []).map(({ name, value }) => [name, value ?? '']),
    ),
    waitSeconds: container?.lifecycle.preStop.sleep.seconds ?? Number.NaN,
    graceSeconds: pod.terminationGracePeriodSeconds,
    spread: pod.topologySpreadConstraints.some(
      ({ topologyKey, whenUnsatisfiable, maxSkew }) =>
        topologyKey === 'topology.kubernetes.io/zone' &&
        whenUnsatisfiable === 'DoNotSchedule' &&
        maxSkew === 1,
    )
      ? 'over-zones'
      : 'anywhere',
  };
}

interface TaskContainer {
  readonly Name: string;
  readonly StopTimeout: number;
  readonly Environment: readonly { readonly Name: string; readonly Value: string }[];
}

function readTask(template: CloudFormationTemplate): Replica {
  const resources = Object.values(template.Resources);
  const properties = (type: string): Manifest =>
    resources.find(({ Type }) => Type === type)?.Properties ?? {};
  const container = (
    properties('AWS::ECS::TaskDefinition')['ContainerDefinitions'] as readonly TaskContainer[]
  ).find(({ Name }) => Name === 'Gateway');
  return {
    environment: Object.fromEntries(
      (container?.Environment ?? []).map(({ Name, Value }) => [Name, Value]),
    ),
    waitSeconds: 0,
    graceSeconds: container?.StopTimeout ?? Number.NaN,
    spread:
      properties('AWS::ECS::Service')['AvailabilityZoneRebalancing'] === 'ENABLED'
        ? 'over-zones'
        : 'anywhere',
  };
}
