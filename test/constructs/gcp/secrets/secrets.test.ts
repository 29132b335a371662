import { SecretManagerSecret } from '@cdktf/provider-google/lib/secret-manager-secret';
import { SingleRegionHA } from '../../../../constructs/gcp';
import { resourceOf, resourcesOf, someProps, synthesize, synthesizeScope } from '../synthesize';

const READER = expect.stringMatching(/^\$\{google_service_account\.\w+\.member\}$/) as unknown;

describe('Secrets', () => {
  it('generates what the deployment makes up itself, and protects it', () => {
    const output = synthesize();

    expect(
      resourcesOf(output, 'google_secret_manager_secret').map((secret) => secret.secret_id),
    ).toEqual([
      'litellm-cache-password',
      'litellm-database-password',
      'litellm-master-key',
      'litellm-salt-key',
    ]);
    for (const secret of resourcesOf(output, 'google_secret_manager_secret')) {
      expect(secret).toMatchObject({ replication: { auto: {} }, deletion_protection: true });
    }
    for (const password of resourcesOf(output, 'random_password')) {
      expect(password).toMatchObject({ length: 40, special: false });
    }
  });

  it('writes no value, only where each comes from', () => {
    const values = resourcesOf(synthesize(), 'google_secret_manager_secret_version').map(
      (version) => version.secret_data,
    );

    expect(values).toEqual([
      expect.stringMatching(/^\$\{google_redis_instance\.\w+\.auth_string\}$/),
      expect.stringMatching(/^\$\{random_password\.\w+\.result\}$/),
      expect.stringMatching(/^sk-\$\{random_password\.\w+\.result\}$/),
      expect.stringMatching(/^\$\{random_password\.\w+\.result\}$/),
    ]);
  });

  it('lets the replicas read exactly these secrets', () => {
    const secrets = {
      OPENAI_API_KEY: { secretId: 'openai' },
      AZURE_API_KEY: { secretId: 'projects/vault-123/secrets/azure' },
    };

    const grants = resourcesOf(synthesize({ secrets }), 'google_secret_manager_secret_iam_member');

    expect(grants).toHaveLength(6);
    for (const grant of grants) {
      expect(grant).toMatchObject({ role: 'roles/secretmanager.secretAccessor', member: READER });
    }
    expect(grants.map((grant) => grant.secret_id)).toEqual(
      expect.arrayContaining(['openai', 'azure']),
    );
    expect(grants.find((grant) => grant.secret_id === 'azure')?.project).toBe('vault-123');
  });

  it('takes a secret that is created in the same stack', () => {
    const output = synthesizeScope((stack) => {
      const { secretId } = new SecretManagerSecret(stack, 'OpenAi', {
        secretId: 'openai',
        replication: { auto: {} },
      });
      new SingleRegionHA(
        stack,
        'Gateway',
        someProps({ secrets: { OPENAI_API_KEY: { secretId } } }),
      );
    });

    const grants = resourcesOf(output, 'google_secret_manager_secret_iam_member');
    expect(grants.map((grant) => grant.secret_id)).toContain(
      '${google_secret_manager_secret.OpenAi.secret_id}',
    );
    expect(JSON.stringify(resourceOf(output, 'google_compute_instance_template'))).toContain(
      'projects/my-project/secrets/${google_secret_manager_secret.OpenAi.secret_id}/versions/latest',
    );
  });

  it('grants a secret once that two variables share', () => {
    const secrets = { OPENAI_API_KEY: { secretId: 'one' }, OTHER_KEY: { secretId: 'one' } };

    const grants = resourcesOf(synthesize({ secrets }), 'google_secret_manager_secret_iam_member');

    expect(grants.filter((grant) => grant.secret_id === 'one')).toHaveLength(1);
  });

  it('gives the replicas an identity of their own', () => {
    expect(resourceOf(synthesize({ name: 'chat' }), 'google_service_account')).toMatchObject({
      account_id: 'chat-gateway',
      project: 'my-project',
    });
  });
});
