import { Secrets } from '../../../../constructs/k8s';
import { resolvePods } from '../../../../constructs/k8s/foundation/pod-choices';
import type { SecretsBlockProps } from '../../../../constructs/k8s/secrets/secrets';
import { requiredSecretKeys } from '../../../../constructs/k8s/secrets/source';
import { someSecrets, synthesizeBlock } from '../blocks';
import { findObject, type Manifest } from '../manifests';
import { aRegionPlan } from '../plans';

function build(overrides: Partial<SecretsBlockProps> = {}): {
  readonly manifests: readonly Manifest[];
  readonly secrets: Secrets;
} {
  const made: Secrets[] = [];
  const manifests = synthesizeBlock((chart) => {
    made.push(
      new Secrets(chart, 'Secrets', {
        plan: aRegionPlan(),
        namespace: 'models',
        given: {},
        source: Secrets.generated(),
        keys: requiredSecretKeys({ database: 'patroni', cache: 'sentinel' }),
        databaseLogin: 'of-this-region',
        pod: resolvePods().jobs,
        ...overrides,
      }),
    );
  });
  const [secrets] = made;
  if (secrets === undefined) throw new Error('the block was not built');
  return { manifests, secrets };
}

describe('Secrets', () => {
  const { manifests } = build();
  const job = manifests.find((each) => each.kind === 'Job');

  it('makes up its values in the cluster, by a job that holds none', () => {
    const [container] = job.spec.template.spec.containers;

    expect(manifests.map((each) => each.kind)).toEqual([
      'ServiceAccount',
      'Role',
      'RoleBinding',
      'Job',
    ]);
    expect(container.command.slice(0, 2)).toEqual(['node', '-e']);
    expect(container.image).toMatch(/^docker\.io\/library\/node:22-bookworm-slim@sha256:/);
    expect(container.command[2]).toContain('"secretName": "litellm-generated"');
    expect(container.command[2]).toContain('"prefix": "sk-"');
    expect(job.spec.template.spec.restartPolicy).toBe('OnFailure');
  });

  it('may create secrets and read its own, nothing else', () => {
    expect(findObject(manifests, 'Role', 'litellm-secret-generator').rules).toEqual([
      { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
      {
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: ['litellm-generated'],
        verbs: ['get'],
      },
    ]);
  });

  it('names its job after its content, because a job cannot be changed', () => {
    expect(job.metadata.name).toMatch(/^litellm-secret-generator-[0-9a-f]{8}$/);
    expect(build().manifests.find((each) => each.kind === 'Job').metadata.name).toBe(
      job.metadata.name,
    );
  });

  it('gives the gateway what is brought and what is made up', () => {
    expect(build().secrets.gatewayEnvironment()).toEqual({
      LITELLM_MASTER_KEY: { secretName: 'litellm-generated', key: 'master-key' },
      LITELLM_SALT_KEY: { secretName: 'litellm-generated', key: 'salt-key' },
    });
    expect(
      build({
        given: { LITELLM_MASTER_KEY: { secretName: 'mine', key: 'key' } },
      }).secrets.gatewayEnvironment(),
    ).toMatchObject({ LITELLM_MASTER_KEY: { secretName: 'mine', key: 'key' } });
  });

  it('makes nothing where the Secret is there already', () => {
    const { manifests: none, secrets } = build({ source: Secrets.existing('mine') });

    expect(none).toEqual([]);
    expect(secrets.databasePassword).toEqual({ secretName: 'mine', key: 'database-password' });
    expect(secrets.masterKeyLocation).toBe('Secret models/mine, key master-key');
  });

  it('asks for every key that some part needs, and no other', () => {
    expect(requiredSecretKeys({ database: 'patroni', cache: 'cluster' })).toEqual([
      'master-key',
      'salt-key',
      'database-password',
      'database-superuser-password',
      'database-replication-password',
      'database-rewind-password',
      'cache-password',
      'userlist.txt',
    ]);
    expect(requiredSecretKeys({ database: 'cloud-native-pg', cache: 'existing' })).toEqual([
      'master-key',
      'salt-key',
    ]);
  });

  it('says where the key of the administrator is', () => {
    expect(someSecrets(aRegionPlan()).masterKeyLocation).toBe(
      'Secret models/litellm-generated, key master-key',
    );
  });
});

describe('createExternalSecrets', () => {
  const source = Secrets.external({
    secretStore: { name: 'vault' },
    remoteKey: 'litellm/production',
  });
  const { manifests, secrets } = build({
    source,
    given: { OPENAI_API_KEY: Secrets.remote('providers/openai', 'api-key') },
  });
  const { spec } = findObject(manifests, 'ExternalSecret', 'litellm-external');

  it('reads each password from the entry of the secret manager, once an hour', () => {
    expect(spec).toMatchObject({
      refreshInterval: '1h0m0s',
      secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
      target: { name: 'litellm-external', creationPolicy: 'Owner', deletionPolicy: 'Retain' },
    });
    expect(spec.data).toContainEqual({
      secretKey: 'cache-password',
      remoteRef: { key: 'litellm/production', property: 'cache-password' },
    });
    expect(spec.data.map(({ secretKey }: Manifest) => secretKey)).not.toContain('userlist.txt');
    expect(manifests.filter(({ kind }) => kind === 'Job')).toEqual([]);
  });

  it("derives PgBouncer's list of users from the password, where there is a pooler", () => {
    expect(spec.target.template).toEqual({
      engineVersion: 'v2',
      mergePolicy: 'Merge',
      data: { 'userlist.txt': '"litellm" "{{ index . "database-password" }}"\n' },
    });
    const keys = requiredSecretKeys({ database: 'cloud-native-pg', cache: 'sentinel' });
    const other = build({ source, keys }).manifests;
    expect(
      findObject(other, 'ExternalSecret', 'litellm-external').spec.target.template,
    ).toBeUndefined();
  });

  it('brings values of the configuration under the names of their variables', () => {
    expect(findObject(manifests, 'ExternalSecret', 'litellm-provider-keys').spec.data).toEqual([
      {
        secretKey: 'OPENAI_API_KEY',
        remoteRef: { key: 'providers/openai', property: 'api-key' },
      },
    ]);
    expect(secrets.gatewayEnvironment()).toMatchObject({
      OPENAI_API_KEY: { secretName: 'litellm-provider-keys', key: 'OPENAI_API_KEY' },
    });
  });

  it('rejects a remote value without a secret manager', () => {
    expect(() => build({ given: { OPENAI_API_KEY: Secrets.remote('providers/openai') } })).toThrow(
      'secrets: 1 problem\n' +
        '  - secrets.OPENAI_API_KEY must be a key of a Secret, because no secret manager is named, ' +
        'got a remote secret; set secretSource to Secrets.external(…), or name a Secret',
    );
  });
});
