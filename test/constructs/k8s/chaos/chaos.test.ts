import { Cache, Chaos, Database } from '../../../../constructs/k8s';
import { customResourceProblems } from '../custom-resources/custom-resource-problems';
import { findObject, type Manifest } from '../manifests';
import { synthesizePattern } from '../synthesize';

/** Field of a Schedule that holds the experiment. */
const FIELDS: Readonly<Record<string, string>> = {
  PodChaos: 'podChaos',
  NetworkChaos: 'networkChaos',
  DNSChaos: 'dnsChaos',
  StressChaos: 'stressChaos',
  TimeChaos: 'timeChaos',
};

function experimentOf(schedule: Manifest): Manifest {
  return schedule.spec[FIELDS[schedule.spec.type] ?? ''];
}

describe('Chaos', () => {
  const manifests = synthesizePattern({ chaos: Chaos.mesh() });
  const schedules = manifests.filter((each) => each.kind === 'Schedule');

  it('is left out unless asked for', () => {
    expect(synthesizePattern().filter((each) => each.apiVersion.includes('chaos'))).toEqual([]);
  });

  it('has twelve experiments and more, of five kinds', () => {
    expect(schedules.length).toBeGreaterThanOrEqual(12);
    expect(new Set(schedules.map((each) => each.spec.type))).toEqual(new Set(Object.keys(FIELDS)));
  });

  it('starts nothing by itself: all are schedules, and paused', () => {
    const custom = manifests.filter((each) => each.apiVersion.startsWith('chaos-mesh.org/'));

    expect(custom).toEqual(schedules);
    for (const { metadata } of schedules) {
      expect(metadata.annotations).toEqual({ 'experiment.chaos-mesh.org/pause': 'true' });
    }
  });

  it('has only fields that Chaos Mesh knows', () => {
    for (const schedule of schedules) {
      expect(customResourceProblems([schedule])).toEqual([]);
      expect(schedule.metadata.name.length).toBeLessThanOrEqual(57);
    }
    const [first] = schedules;
    const wrong = { ...first, spec: { ...first.spec, podChaos: { action: 'pod-failure' } } };
    expect(customResourceProblems([wrong])).toEqual([
      expect.stringContaining('spec.podChaos.mode'),
      expect.stringContaining('spec.podChaos.selector'),
    ]);
  });

  it('never runs two on one day', () => {
    const times = schedules.map((each) => each.spec.schedule);

    expect(new Set(times).size).toBe(times.length);
    for (const time of times) expect(time).toMatch(/^0 10 ([1-9]|1\d|2[0-8]) \* \*$/);
  });

  it('aims at pods of this deployment alone, and each of its aims exists', () => {
    const labels = manifests
      .map((each) => each.spec?.template?.metadata?.labels)
      .filter((each) => each !== undefined);
    const victims = schedules
      .map(experimentOf)
      .flatMap((each) => [each, ...(each.target === undefined ? [] : [each.target])]);

    for (const { selector } of victims) {
      expect(selector.namespaces).toEqual(['litellm']);
      // Patroni writes the role; everything else stands in a template.
      const { 'litellm-ha/role': role, ...own } = selector.labelSelectors;
      expect([undefined, 'primary', 'replica']).toContain(role);
      expect(own['app.kubernetes.io/instance']).toBe('litellm');
      expect(labels).toContainEqual(expect.objectContaining(own));
    }
  });

  it("holds the guide's experiment", () => {
    expect(findObject(manifests, 'Schedule', 'litellm-gateway-failure').spec.podChaos).toEqual({
      action: 'pod-failure',
      mode: 'one',
      selector: {
        namespaces: ['litellm'],
        labelSelectors: {
          'app.kubernetes.io/instance': 'litellm',
          'app.kubernetes.io/component': 'gateway',
        },
      },
      duration: '30s',
    });
  });

  it('aims outside the cluster only in the direction that Chaos Mesh can', () => {
    const outside = synthesizePattern({ chaos: Chaos.mesh({ providerHosts: ['llm.example.com'] }) })
      .filter((each) => each.kind === 'Schedule')
      .map(experimentOf)
      .filter((each) => each.externalTargets !== undefined);

    expect(outside.map(({ direction, externalTargets }) => [direction, externalTargets])).toEqual([
      ['to', ['llm.example.com']],
      ['to', ['llm.example.com']],
    ]);
  });

  it('names containers that exist', () => {
    const names = manifests.flatMap((each) =>
      (each.spec?.template?.spec?.containers ?? []).map((one: Manifest) => one.name),
    );

    for (const { containerNames } of schedules.map(experimentOf)) {
      for (const name of containerNames ?? []) expect(names).toContain(name);
    }
  });

  it('leaves alone what is brought', () => {
    const password = { secretName: 'postgres', key: 'password' };
    const brought = synthesizePattern({
      chaos: Chaos.mesh(),
      database: Database.existing({ host: 'db.example.com', password }),
      cache: Cache.existing({
        reachedBy: { kind: 'address', endpoint: { host: 'redis.example.com', port: 6379 } },
      }),
    }).filter((each) => each.kind === 'Schedule');

    expect(
      brought.map((each) => each.metadata.name).filter((name) => !/gateway|provider/.test(name)),
    ).toEqual([]);
    expect(JSON.stringify(brought)).not.toMatch(/postgres|pooler|redis|sentinel/);
  });

  it('finds the pods that CloudNativePG makes', () => {
    const { spec } = findObject(
      synthesizePattern({ chaos: Chaos.mesh(), database: Database.cloudNativePg() }),
      'Schedule',
      'litellm-database-primary-kill',
    );

    expect(spec.podChaos.selector.labelSelectors).toEqual({
      'cnpg.io/cluster': 'litellm-postgres',
      'cnpg.io/podRole': 'instance',
      'cnpg.io/instanceRole': 'primary',
    });
  });
});
