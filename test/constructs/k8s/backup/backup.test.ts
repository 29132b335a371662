import { Backup, type BackupChoice } from '../../../../constructs/k8s';
import { findObject, type Manifest } from '../manifests';
import { schemaProblems, unknownFields } from '../schema-problems';
import { synthesizePattern } from '../synthesize';

const OBJECT_STORAGE = Backup.objectStorage({
  bucket: 'dumps',
  endpoint: 'https://storage.example.com',
  credentials: { secretName: 'backup-account' },
});

function build(backup?: BackupChoice): readonly Manifest[] {
  return synthesizePattern(backup === undefined ? {} : { backup });
}

function podOf(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const { spec } = findObject(manifests, kind, name);
  return (spec.jobTemplate?.spec ?? spec).template.spec;
}

describe('Backup', () => {
  const manifests = build();
  const dump = findObject(manifests, 'CronJob', 'litellm-backup').spec;

  it('dumps the database each day at the start of the window, in UTC, one at a time', () => {
    expect(dump).toMatchObject({
      schedule: '0 3 * * *',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
    });
    expect(dump.jobTemplate.spec.activeDeadlineSeconds).toBe(43_200);
  });

  it('talks to the primary, not to the pooler, as the role of the gateway', () => {
    const [container] = podOf(manifests, 'CronJob', 'litellm-backup').containers;

    expect(container.env).toEqual(
      expect.arrayContaining([
        { name: 'PGHOST', value: 'litellm-postgres.litellm.svc' },
        { name: 'PGPORT', value: '5432' },
        { name: 'PGUSER', value: 'litellm' },
        { name: 'RETENTION_DAYS', value: '30' },
        {
          name: 'PGPASSWORD',
          valueFrom: { secretKeyRef: { name: 'litellm-generated', key: 'database-password' } },
        },
      ]),
    );
    expect(container.command).toEqual(['sh', '/scripts/backup.sh']);
    expect(container.image).toMatch(/postgres:16-alpine@sha256:/);
  });

  it('keeps dumps on a volume that nobody prunes', () => {
    const { metadata, spec } = findObject(manifests, 'PersistentVolumeClaim', 'litellm-backups');

    expect(spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '100Gi' } },
    });
    expect(metadata.annotations).toMatchObject({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
    });
    expect(podOf(manifests, 'CronJob', 'litellm-backup').volumes).toContainEqual({
      name: 'dumps',
      persistentVolumeClaim: { claimName: 'litellm-backups' },
    });
  });

  it('lets only dumps and restores reach PostgreSQL', () => {
    const { spec } = findObject(manifests, 'NetworkPolicy', 'litellm-allow-backup');

    expect(spec.podSelector.matchLabels['app.kubernetes.io/component']).toBe('postgres');
    expect(
      spec.ingress[0].from.map(
        (each: Manifest) => each.podSelector.matchLabels['app.kubernetes.io/component'],
      ),
    ).toEqual(['backup', 'restore']);
    expect(spec.ingress[0].ports).toEqual([{ port: 5432, protocol: 'TCP' }]);
  });

  it('tests a restore each week, with no way to the database', () => {
    const { schedule } = findObject(manifests, 'CronJob', 'litellm-restore-test').spec;
    const [container] = podOf(manifests, 'CronJob', 'litellm-restore-test').containers;

    expect(schedule).toBe('0 6 * * 0');
    expect(container.command).toEqual(['sh', '/scripts/restore-test.sh']);
    expect(container.env).toEqual([]);
  });

  it('tests on the day after the window when that crosses midnight', () => {
    const late = build(Backup.volume({ window: '22:30-23:30' }));

    expect(findObject(late, 'CronJob', 'litellm-backup').spec.schedule).toBe('30 22 * * *');
    expect(findObject(late, 'CronJob', 'litellm-restore-test').spec.schedule).toBe('30 1 * * 1');
  });

  it('has a restore that nobody starts by itself and that waits for the name of the database', () => {
    const { spec } = findObject(manifests, 'CronJob', 'litellm-restore');
    const job = spec.jobTemplate.spec;
    const [container] = job.template.spec.containers;

    // A date that never comes, suspended besides.
    expect(spec).toMatchObject({ schedule: '0 0 31 2 *', suspend: true });
    expect(job.backoffLimit).toBe(0);
    expect(container.env).toContainEqual({
      name: 'CONFIRM_RESTORE_INTO',
      valueFrom: {
        configMapKeyRef: { name: 'litellm-restore', key: 'database', optional: true },
      },
    });
  });

  it('sends dumps to object storage, and fetches them from there', () => {
    const stored = build(OBJECT_STORAGE);
    const pod = podOf(stored, 'CronJob', 'litellm-backup');
    const [upload] = pod.containers;

    expect(stored.filter((each) => each.kind === 'PersistentVolumeClaim')).toEqual([]);
    expect(pod.initContainers.map((each: Manifest) => each.name)).toEqual(['dump']);
    expect(upload.image).toMatch(/rclone:1\.75\.1@sha256:/);
    expect(upload.env).toEqual(
      expect.arrayContaining([
        { name: 'BACKUP_LOCATION', value: 'dumps/litellm' },
        { name: 'RCLONE_CONFIG_STORE_ENDPOINT', value: 'https://storage.example.com' },
        { name: 'RCLONE_CONFIG_STORE_PROVIDER', value: 'Other' },
        {
          name: 'RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY',
          valueFrom: { secretKeyRef: { name: 'backup-account', key: 'secret-access-key' } },
        },
      ]),
    );
    for (const [kind, name] of [
      ['CronJob', 'litellm-restore-test'],
      ['CronJob', 'litellm-restore'],
    ] as const) {
      expect(podOf(stored, kind, name).initContainers[0].command).toEqual([
        'sh',
        '/scripts/download.sh',
      ]);
    }
  });

  it('passes the published schemas with object storage too', () => {
    const stored = build(OBJECT_STORAGE);

    expect(schemaProblems(stored)).toEqual([]);
    expect(unknownFields(stored)).toEqual([]);
  }, 60_000);

  it('takes sizes, class and retention of the volume', () => {
    const sized = build(
      Backup.volume({ storageGib: 7, storageClassName: 'regional', retentionDays: 9 }),
    );

    expect(findObject(sized, 'PersistentVolumeClaim', 'litellm-backups').spec).toMatchObject({
      storageClassName: 'regional',
      resources: { requests: { storage: '7Gi' } },
    });
    expect(podOf(sized, 'CronJob', 'litellm-backup').containers[0].env).toContainEqual({
      name: 'RETENTION_DAYS',
      value: '9',
    });
  });

  describe('with its configuration', () => {
    const configuration = { passphrase: { secretName: 'backup-passphrase', key: 'phrase' } };
    const kept = build(Backup.volume({ configuration }));
    const names = (containers: readonly Manifest[]): readonly string[] =>
      containers.map(({ name }) => name);

    it('encrypts after the dump, from files that Kubernetes mounts read-only', () => {
      const pod = podOf(kept, 'CronJob', 'litellm-backup');
      const [encrypt] = pod.containers;

      expect(names([...pod.initContainers, ...pod.containers])).toEqual(['dump', 'configuration']);
      expect(encrypt.env).toEqual([{ name: 'RETENTION_DAYS', value: '30' }]);
      expect(encrypt.volumeMounts).toContainEqual({
        name: 'configuration',
        mountPath: '/configuration',
        readOnly: true,
      });
      expect(pod.automountServiceAccountToken).toBe(false);
      const { sources } = pod.volumes.find(
        ({ name }: Manifest) => name === 'configuration',
      ).projected;
      expect(sources).toEqual(
        expect.arrayContaining([
          {
            configMap: {
              name: expect.stringMatching(/^litellm-config-[0-9a-f]{10}$/),
              items: [{ key: 'config.yaml', path: 'config.yaml' }],
            },
          },
          {
            secret: {
              name: 'provider-keys',
              items: [{ key: 'openai', path: 'secrets/provider-keys/openai' }],
            },
          },
          {
            secret: {
              name: 'litellm-generated',
              items: [{ key: 'salt-key', path: 'secrets/litellm-generated/salt-key' }],
            },
          },
        ]),
      );
      const paths = sources.map((each: Manifest) => (each.secret ?? each.configMap).items[0].path);
      expect(new Set(paths).size).toBe(paths.length);
    });

    it('shows the passphrase to nobody but those who encrypt and decrypt', () => {
      const pod = podOf(kept, 'CronJob', 'litellm-restore-test');

      expect(names([...pod.initContainers, ...pod.containers])).toEqual([
        'restore-test',
        'configuration-test',
      ]);
      const knows = [...pod.initContainers, ...pod.containers].filter((each: Manifest) =>
        each.volumeMounts.some(({ name }: Manifest) => name === 'passphrase'),
      );
      expect(names(knows)).toEqual(['configuration-test']);
      expect(pod.volumes).toContainEqual({
        name: 'passphrase',
        secret: {
          secretName: 'backup-passphrase',
          items: [{ key: 'phrase', path: 'passphrase' }],
          defaultMode: 0o440,
        },
      });
    });

    it('adds no permissions, passes the published schemas and says how it is read', () => {
      const stored = build({ ...OBJECT_STORAGE, configuration });
      const roles = (all: readonly Manifest[]): number =>
        all.filter(({ kind }) => /Role|ServiceAccount/.test(kind)).length;
      const { data } = findObject(stored, 'ConfigMap', 'litellm-backup');

      expect(roles(stored)).toBe(roles(manifests));
      expect(schemaProblems(stored)).toEqual([]);
      expect(unknownFields(stored)).toEqual([]);
      expect(data['restore.sh']).toContain('openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000');
      expect(names(podOf(stored, 'CronJob', 'litellm-restore-test').initContainers)).toEqual([
        'download',
        'restore-test',
        'download-configuration',
      ]);
    }, 60_000);
  });
});
