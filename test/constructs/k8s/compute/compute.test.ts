import { findObject, type Manifest } from '../manifests';
import { synthesizePattern } from '../synthesize';

function containerOf(manifests: readonly Manifest[]): Manifest {
  return findObject(manifests, 'Deployment', 'litellm').spec.template.spec.containers[0];
}

describe('Compute', () => {
  const container = containerOf(synthesizePattern());
  const valueOf = (name: string): string =>
    container.env.find((variable: Manifest) => variable.name === name).value;

  it('runs the bundle on a stock Node image that is pinned', () => {
    expect(container.image).toMatch(
      /^docker\.io\/library\/node:22-bookworm-slim@sha256:[0-9a-f]{64}$/,
    );
    expect(container.command).toEqual(['node', '/gateway/gateway.js']);
  });

  it('reaches the database through the pooler', () => {
    expect(valueOf('DATABASE_URL')).toBe(
      'postgresql://litellm:$(DATABASE_PASSWORD)@litellm-pooler.litellm.svc:6432/litellm',
    );
    expect(valueOf('DATABASE_URL_READ_REPLICA')).toBe(
      'postgresql://litellm:$(DATABASE_PASSWORD)@litellm-pooler.litellm.svc:6432/litellm_readonly',
    );
  });

  it('asks the Sentinels for the cache', () => {
    expect(JSON.parse(valueOf('REDIS_SENTINEL_NODES'))).toEqual([
      ['litellm-sentinel-0.litellm-sentinel.litellm.svc', 26379],
      ['litellm-sentinel-1.litellm-sentinel.litellm.svc', 26379],
      ['litellm-sentinel-2.litellm-sentinel.litellm.svc', 26379],
    ]);
    expect(valueOf('REDIS_SERVICE_NAME')).toBe('mymaster');
  });

  it('takes the secrets of the configuration from where the user says', () => {
    expect(container.env).toContainEqual({
      name: 'OPENAI_API_KEY',
      valueFrom: { secretKeyRef: { name: 'provider-keys', key: 'openai' } },
    });
  });

  it('runs an image that is brought', () => {
    const brought = containerOf(
      synthesizePattern({ image: { reference: 'ghcr.io/berriai/litellm@sha256:1' } }),
    );

    expect(brought.image).toBe('ghcr.io/berriai/litellm@sha256:1');
    expect(brought.command).toBeUndefined();
  });
});
