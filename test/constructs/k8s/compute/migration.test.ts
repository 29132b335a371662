import { Database } from '../../../../constructs/k8s';
import { findObject, type Manifest } from '../manifests';
import { synthesizePattern } from '../synthesize';

const isMigration = ({ kind, metadata }: Manifest): boolean =>
  kind === 'Job' && /^litellm-migration-/.test(metadata.name);

function migrationOf(manifests: readonly Manifest[]): Manifest {
  const found = manifests.filter(isMigration);
  expect(found).toHaveLength(1);
  return found[0];
}

describe('Migration', () => {
  const manifests = synthesizePattern();
  const job = migrationOf(manifests);
  const [container] = job.spec.template.spec.containers;

  it('runs the program of the gateway on the primary itself', () => {
    const [gateway] = findObject(manifests, 'Deployment', 'litellm').spec.template.spec.containers;

    expect(container.image).toBe(gateway.image);
    expect(container.command).toEqual(gateway.command);
    expect(job.spec.template.spec.volumes[0]).toEqual(
      findObject(manifests, 'Deployment', 'litellm').spec.template.spec.volumes[0],
    );
    expect(container.env).toEqual([
      {
        name: 'DATABASE_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'litellm-generated', key: 'database-password' } },
      },
      { name: 'LITELLM_HA_COMMAND', value: 'migrate' },
      {
        name: 'DATABASE_URL',
        value:
          'postgresql://litellm:$(DATABASE_PASSWORD)@litellm-postgres.litellm.svc:5432/litellm',
      },
    ]);
  });

  it('waits half an hour for a database that is not there yet, and is removed after a week', () => {
    expect(job.spec).toMatchObject({
      backoffLimit: 10,
      activeDeadlineSeconds: 1800,
      ttlSecondsAfterFinished: 604_800,
    });
  });

  it('runs again for another program or database, and only then', () => {
    const names = [
      manifests,
      synthesizePattern(),
      synthesizePattern({ gatewayScript: '// another gateway' }),
      synthesizePattern({ database: Database.cloudNativePg() }),
    ].map((each) => migrationOf(each).metadata.name);

    expect(job.metadata.name).toMatch(/^litellm-migration-[0-9a-f]{8}$/);
    expect(names[1]).toBe(names[0]);
    expect(new Set(names).size).toBe(3);
  });

  it('may reach the database', () => {
    const { ingress, podSelector } = findObject(
      manifests,
      'NetworkPolicy',
      'litellm-allow-migration',
    ).spec;

    expect(podSelector.matchLabels['app.kubernetes.io/component']).toBe('postgres');
    expect(job.spec.template.metadata.labels).toMatchObject(
      ingress[0].from[0].podSelector.matchLabels,
    );
  });

  it('comes before the replicas where Argo CD rolls out, and after the data stores', () => {
    const waves = synthesizePattern({ migrationRollout: 'argo-cd' });
    const wave = (each: Manifest): unknown =>
      each.metadata.annotations?.['argocd.argoproj.io/sync-wave'];

    expect(migrationOf(waves).metadata.annotations).toEqual({
      'argocd.argoproj.io/hook': 'Sync',
      'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
      'argocd.argoproj.io/sync-wave': '1',
    });
    expect(wave(findObject(waves, 'Deployment', 'litellm'))).toBe('2');
    expect(wave(findObject(waves, 'StatefulSet', 'litellm-postgres'))).toBeUndefined();
    expect(job.metadata.annotations).toBeUndefined();
  });

  it('is left to an image that is brought', () => {
    const brought = synthesizePattern({ image: { reference: 'example.com/gateway@sha256:1' } });

    expect(brought.filter(isMigration)).toEqual([]);
  });
});
