import fc from 'fast-check';
import {
  AWS_TRAITS,
  GCP_TRAITS,
  K8S_TRAITS,
  LOCAL_TRAITS,
  planSingleRegion,
  resolveSpec,
  type GatewayProps,
  type TargetTraits,
} from '../../lib';
import { aConfig } from '../support/a-config';
import { planFacts, type Facts } from './facts/facts';
import { synthesizeAws } from './facts/aws';
import { synthesizeGcp } from './facts/gcp';
import { synthesizeK8s } from './facts/k8s';
import { synthesizeLocal } from './facts/local';

interface Target {
  readonly name: string;
  readonly traits: TargetTraits;
  /** Synthesizes the description and reads the facts back from what came out. */
  readonly synthesize: (props: GatewayProps) => Facts;
  /** Facts this target may not offer; any other has to equal the plan. */
  readonly mayLack: readonly (keyof Facts)[];
}

const TARGETS: readonly Target[] = [
  { name: 'aws', traits: AWS_TRAITS, synthesize: synthesizeAws, mayLack: [] },
  { name: 'gcp', traits: GCP_TRAITS, synthesize: synthesizeGcp, mayLack: ['idleSeconds'] },
  {
    name: 'k8s',
    traits: K8S_TRAITS,
    synthesize: synthesizeK8s,
    mayLack: ['zones', 'databaseEncrypted'],
  },
  {
    name: 'local',
    traits: LOCAL_TRAITS,
    synthesize: synthesizeLocal,
    mayLack: [
      'zones',
      'httpRedirected',
      'maxReplicas',
      'cpuPercent',
      'scaleDownWindowSeconds',
      'scaleDownReplicas',
      'databaseStandbyInOtherZone',
      'databaseEncrypted',
      'databaseDeletionProtection',
      'databaseStorageGib',
      'backupRetentionDays',
      'backupWindowStart',
      'cacheReplicas',
      'cacheAutomaticFailover',
    ],
  },
];

const DOMAIN = { name: 'api.example.com' };

/** Descriptions that keep every rule, far from the defaults. */
const descriptions: fc.Arbitrary<Omit<GatewayProps, 'config' | 'secrets'>> = fc
  .record({
    zones: fc.constantFrom(2, 3),
    minReplicas: fc.integer({ min: 3, max: 6 }),
    maxReplicas: fc.integer({ min: 6, max: 30 }),
    cpuPercent: fc.integer({ min: 40, max: 85 }),
    maxStreamSeconds: fc.integer({ min: 600, max: 3600 }),
    idleSeconds: fc.integer({ min: 30, max: 600 }),
    intervalSeconds: fc.integer({ min: 5, max: 30 }),
    unhealthyThreshold: fc.integer({ min: 2, max: 6 }),
    readReplicas: fc.integer({ min: 1, max: 3 }),
    storageGib: fc.integer({ min: 20, max: 400 }),
    maxConnections: fc.integer({ min: 400, max: 1000 }),
    cacheReplicas: fc.constantFrom(2, 3),
    retentionDays: fc.integer({ min: 7, max: 35 }),
    startHour: fc.integer({ min: 10, max: 22 }),
  })
  .map((wish) => ({
    zones: wish.zones,
    autoscaling: {
      minReplicas: wish.minReplicas,
      maxReplicas: wish.maxReplicas,
      cpuPercent: wish.cpuPercent,
    },
    streaming: { maxStreamSeconds: wish.maxStreamSeconds, idleSeconds: wish.idleSeconds },
    probe: { intervalSeconds: wish.intervalSeconds, unhealthyThreshold: wish.unhealthyThreshold },
    database: {
      readReplicas: wish.readReplicas,
      storageGib: wish.storageGib,
      maxConnections: wish.maxConnections,
    },
    cache: { replicas: wish.cacheReplicas },
    backup: {
      retentionDays: wish.retentionDays,
      window: `${wish.startHour}:00-${wish.startHour}:45`,
    },
  }));

describe.each(TARGETS)('SingleRegionHA on $name', ({ traits, synthesize, mayLack }) => {
  it('gives every guarantee of the plan by default', () => {
    compare({});
  });

  it('gives every guarantee of the plan for any valid description', () => {
    fc.assert(fc.property(descriptions, compare), { numRuns: 5, seed: 20261123 });
  });

  function compare(wish: Omit<GatewayProps, 'config' | 'secrets'>): void {
    const props = { config: aConfig(), domain: DOMAIN, ...wish };
    const secrets = { OPENAI_API_KEY: 'given' };
    const { spec } = resolveSpec({ ...props, secrets }, traits);
    const planned = planFacts(planSingleRegion(spec, traits));

    const facts = synthesize(props);

    const lacking = Object.entries(facts)
      .filter(([, fact]) => typeof fact === 'object')
      .map(([name]) => name);
    expect(lacking.filter((name) => !mayLack.includes(name as keyof Facts))).toEqual([]);
    expect(facts).toEqual({
      ...planned,
      ...Object.fromEntries(lacking.map((name) => [name, facts[name as keyof Facts]])),
    });
  }
});
