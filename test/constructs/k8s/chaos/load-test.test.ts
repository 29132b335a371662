import { LoadTest } from '../../../../constructs/k8s';
import { findObject } from '../manifests';
import { schemaProblems, unknownFields } from '../schema-problems';
import { synthesizePattern } from '../synthesize';

describe('LoadTest', () => {
  const manifests = synthesizePattern({ loadTest: LoadTest.k6({ model: 'gpt-4o' }) });
  const job = findObject(manifests, 'CronJob', 'litellm-load-test').spec;
  const [container] = job.jobTemplate.spec.template.spec.containers;

  it('waits to be started, and is not repeated', () => {
    expect(job.suspend).toBe(true);
    expect(job.jobTemplate.spec.backoffLimit).toBe(0);
  });

  it('loads the Service with the key of the administrator', () => {
    expect(container.env).toEqual(
      expect.arrayContaining([
        { name: 'TARGET', value: 'http://litellm.litellm.svc:4000' },
        { name: 'MODEL', value: 'gpt-4o' },
        {
          name: 'API_KEY',
          valueFrom: { secretKeyRef: { name: 'litellm-generated', key: 'master-key' } },
        },
      ]),
    );
    expect(container.image).toMatch(/k6:1\.0\.0@sha256:/);
  });

  it('takes a key that is brought', () => {
    const brought = synthesizePattern({
      loadTest: LoadTest.k6({ model: 'gpt-4o' }),
      secrets: {
        OPENAI_API_KEY: { secretName: 'provider-keys', key: 'openai' },
        LITELLM_MASTER_KEY: { secretName: 'own', key: 'master' },
      },
    });
    const [own] = findObject(brought, 'CronJob', 'litellm-load-test').spec.jobTemplate.spec.template
      .spec.containers;

    expect(own.env).toContainEqual({
      name: 'API_KEY',
      valueFrom: { secretKeyRef: { name: 'own', key: 'master' } },
    });
  });

  it("brings the guide's thousand users for five minutes, or what is asked for", () => {
    const script = findObject(manifests, 'ConfigMap', 'litellm-load-test').data['load-test.js'];
    const other = findObject(
      synthesizePattern({
        loadTest: LoadTest.k6({ model: 'm', virtualUsers: 7, durationSeconds: 20 }),
      }),
      'ConfigMap',
      'litellm-load-test',
    ).data['load-test.js'];

    expect(script).toContain('"target": 1000');
    expect(script).toContain('"duration": "270s"');
    expect(other).toContain('"target": 7');
  });

  it('may reach the gateway', () => {
    const { spec } = findObject(manifests, 'NetworkPolicy', 'litellm-allow-load-test');

    expect(spec.podSelector.matchLabels['app.kubernetes.io/component']).toBe('gateway');
    expect(spec.ingress[0].from[0].podSelector.matchLabels).toEqual({
      'app.kubernetes.io/instance': 'litellm',
      'app.kubernetes.io/component': 'load-test',
    });
    expect(job.jobTemplate.spec.template.metadata.labels).toMatchObject(
      spec.ingress[0].from[0].podSelector.matchLabels,
    );
  });

  it('passes the published schemas', () => {
    expect(schemaProblems(manifests)).toEqual([]);
    expect(unknownFields(manifests)).toEqual([]);
  }, 60_000);
});
