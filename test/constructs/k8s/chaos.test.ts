import { Chaos } from '../../../constructs/k8s';
import { findObject, type Manifest } from './manifests';
import { customResource, map, object, shapeProblems, type Shape } from './shape';
import { synthesizePattern } from './synthesize';

const SELECTOR = object({ 'namespaces!': ['string'], 'labelSelectors!': map('string') });
const VICTIMS = { 'mode!': 'string', 'selector!': SELECTOR } as const;

/** Specs by kind: https://chaos-mesh.org/docs/simulate-pod-chaos-on-kubernetes/ and its neighbours. */
const SPECS: Readonly<Record<string, readonly [string, Shape]>> = {
  PodChaos: [
    'podChaos',
    object({
      ...VICTIMS,
      'action!': 'string',
      duration: 'string',
      gracePeriod: 'number',
      containerNames: ['string'],
    }),
  ],
  NetworkChaos: [
    'networkChaos',
    object({
      ...VICTIMS,
      'action!': 'string',
      'direction!': 'string',
      target: object(VICTIMS),
      externalTargets: ['string'],
      delay: object({ 'latency!': 'string', jitter: 'string', correlation: 'string' }),
      loss: object({ 'loss!': 'string', correlation: 'string' }),
      'duration!': 'string',
    }),
  ],
  DNSChaos: [
    'dnsChaos',
    object({ ...VICTIMS, 'action!': 'string', patterns: ['string'], 'duration!': 'string' }),
  ],
  StressChaos: [
    'stressChaos',
    object({
      ...VICTIMS,
      containerNames: ['string'],
      'stressors!': object({
        cpu: object({ 'workers!': 'number', load: 'number' }),
        memory: object({ 'workers!': 'number', size: 'string' }),
      }),
      'duration!': 'string',
    }),
  ],
  TimeChaos: [
    'timeChaos',
    object({
      ...VICTIMS,
      containerNames: ['string'],
      'timeOffset!': 'string',
      clockIds: ['string'],
      'duration!': 'string',
    }),
  ],
};

/** https://chaos-mesh.org/docs/define-scheduling-rules/ */
function scheduleShape(kind: string): Shape {
  const [field, spec] = SPECS[kind] ?? ['unknown', 'string'];
  return customResource(
    object({
      'schedule!': 'string',
      'type!': 'string',
      historyLimit: 'number',
      concurrencyPolicy: 'string',
      [`${field}!`]: spec,
    }),
  );
}

function experimentOf(schedule: Manifest): Manifest {
  return schedule.spec[SPECS[schedule.spec.type]?.[0] ?? ''];
}

describe('Chaos', () => {
  const manifests = synthesizePattern({ chaos: Chaos.mesh() });
  const schedules = manifests.filter((each) => each.kind === 'Schedule');

  it('is left out unless asked for', () => {
    expect(synthesizePattern().filter((each) => each.apiVersion.includes('chaos'))).toEqual([]);
  });

  it('has twelve experiments and more, of five kinds', () => {
    expect(schedules.length).toBeGreaterThanOrEqual(12);
    expect(new Set(schedules.map((each) => each.spec.type))).toEqual(new Set(Object.keys(SPECS)));
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
      expect(shapeProblems(schedule, scheduleShape(schedule.spec.type))).toEqual([]);
      expect(schedule.metadata.name.length).toBeLessThanOrEqual(57);
    }
    const [first] = schedules;
    const wrong = { ...first, spec: { ...first.spec, podChaos: { action: 'pod-failure' } } };
    expect(shapeProblems(wrong, scheduleShape('PodChaos'))).toEqual([
      '.spec.podChaos.mode: missing',
      '.spec.podChaos.selector: missing',
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
});
