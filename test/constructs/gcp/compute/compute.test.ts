import { randomBytes } from 'node:crypto';
import { GatewayConfig } from '../../../../constructs/gcp';
import { aConfig } from '../../../support/a-config';
import {
  anInstanceGroup,
  resourceOf,
  resourcesOf,
  synthesize,
  type TerraformJson,
} from '../synthesize';

const GROUP = 'google_compute_region_instance_group_manager';
const TEMPLATE = 'google_compute_instance_template';

describe('Compute', () => {
  it('spreads machines evenly over the zones and replaces them without a gap', () => {
    expect(resourceOf(synthesize(), GROUP)).toMatchObject({
      distribution_policy_zones: ['us-central1-a', 'us-central1-b', 'us-central1-c'],
      distribution_policy_target_shape: 'EVEN',
      named_port: [{ name: 'http', port: 4000 }],
      update_policy: {
        type: 'PROACTIVE',
        minimal_action: 'REPLACE',
        replacement_method: 'SUBSTITUTE',
        max_surge_fixed: 3,
        max_unavailable_fixed: 0,
      },
    });
  });

  it('leaves the number of machines to the autoscaler', () => {
    expect(resourceOf(synthesize(), GROUP)).not.toHaveProperty('target_size');
  });

  it('heals machines by liveness, so that a draining one is left alone', () => {
    const output = synthesize();

    expect(resourceOf(output, GROUP)).toMatchObject({
      auto_healing_policies: {
        health_check: expect.stringContaining('LivenessCheck'),
        initial_delay_sec: 300,
      },
    });
    expect(resourceOf(output, 'google_compute_health_check', '-liveness')).toMatchObject({
      http_health_check: { port: 4000, request_path: '/health/liveliness' },
    });
  });

  it('runs shielded machines without a public address under their own identity', () => {
    const template = resourceOf(synthesize(), TEMPLATE);

    expect(template).toMatchObject({
      machine_type: 'e2-standard-2',
      disk: [{ source_image: 'projects/cos-cloud/global/images/family/cos-stable', boot: true }],
      shielded_instance_config: { enable_secure_boot: true, enable_vtpm: true },
      service_account: { email: expect.stringMatching(/^\$\{google_service_account\./) },
      lifecycle: { create_before_destroy: true },
      tags: ['litellm-gateway'],
    });
    expect(template.network_interface).toEqual([
      { subnetwork: expect.stringMatching(/^\$\{google_compute_subnetwork\./) },
    ]);
    expect(template).not.toHaveProperty('name');
  });

  it('lets machines write logs and metrics, and nothing else in the project', () => {
    const roles = resourcesOf(synthesize(), 'google_project_iam_member').map((grant) => grant.role);

    expect(roles).toEqual(['roles/logging.logWriter', 'roles/monitoring.metricWriter']);
  });

  it('lets machines ask the models on Vertex AI that the configuration names', () => {
    const models = ['vertex_ai/gemini-2.5-pro', 'vertex_ai/gemini-2.5-flash'].map((model) => ({
      model_name: 'm',
      litellm_params: { model },
    }));
    const other = {
      model_name: 'm',
      litellm_params: { model: 'vertex_ai/gemini-2.5-pro', vertex_project: 'models' },
    };
    const list = { model_list: [...models, other] };
    const config = GatewayConfig.fromYaml(JSON.stringify(list));
    const grants = resourcesOf(synthesize({ config, secrets: {} }), 'google_project_iam_member')
      .filter(({ role }) => role === 'roles/aiplatform.user')
      .map(({ project }) => project);
    expect(grants).toEqual(['models', 'my-project']);
  });

  it('tells a replica where database and cache are, and which secrets to read', () => {
    const output = synthesize();

    expect(fileOf(output, 'gateway.env').split('\n')).toEqual([
      'CONFIG_FILE_PATH=/etc/litellm/config.yaml',
      'GRACEFUL_SHUTDOWN_TIMEOUT=600',
      'HOST=0.0.0.0',
      'KEEPALIVE_TIMEOUT=610',
      'LITELLM_HA_DATA_DIR=/var/lib/litellm-ha',
      'LITELLM_HA_PROPAGATION_SECONDS=20',
      'LITELLM_HA_REGION=us-central1',
      'PORT=4000',
      expect.stringMatching(/^REDIS_HOST=\$\{google_redis_instance\.\w+\.host\}$/),
      expect.stringMatching(/^REDIS_PORT=\$\{google_redis_instance\.\w+\.port\}$/),
      'REDIS_SSL=true',
      'REDIS_SSL_CA_CERTS=/etc/litellm/cache-ca.pem',
      '',
    ]);
    expect(secretsOf(output).map((secret) => secret.name)).toEqual([
      'LITELLM_MASTER_KEY',
      'LITELLM_SALT_KEY',
      'DATABASE_URL',
      'DATABASE_URL_READ_REPLICA',
      'REDIS_PASSWORD',
      'OPENAI_API_KEY',
    ]);
    expect(secretsOf(output)[2]).toEqual({
      name: 'DATABASE_URL',
      version: expect.stringMatching(
        /^\$\{google_secret_manager_secret\.\w+\.id\}\/versions\/latest$/,
      ),
      before: 'postgresql://litellm:',
      after: expect.stringMatching(
        /^@\$\{google_sql_database_instance\.\w+\.private_ip_address\}:5432\/litellm\?sslmode=verify-ca&sslrootcert=\/etc\/litellm\/database-ca\.pem&uselibpqcompat=true$/,
      ),
    });
  });

  it('waits for everything that the first start of a machine needs', () => {
    const dependencies = resourceOf(synthesize(), GROUP).depends_on as readonly string[];

    expect(dependencies.map((dependency) => dependency.split('.')[0])).toEqual([
      'google_compute_router_nat',
      'google_secret_manager_secret_version',
      'google_secret_manager_secret_version',
      'google_secret_manager_secret_version',
      'google_secret_manager_secret_iam_member',
      'google_secret_manager_secret_iam_member',
      'google_secret_manager_secret_iam_member',
      'google_secret_manager_secret_iam_member',
      'google_secret_manager_secret_iam_member',
      'google_secret_manager_secret_version',
      'google_storage_bucket_object',
      'google_storage_bucket_iam_member',
      'google_artifact_registry_repository_iam_member',
    ]);
  });

  it('prefers a secret that is given to the one that is generated', () => {
    const secrets = {
      OPENAI_API_KEY: { secretId: 'openai' },
      LITELLM_MASTER_KEY: { secretId: 'our-key', version: '2' },
    };

    const entries = secretsOf(synthesize({ secrets })).filter(
      (secret) => secret.name === 'LITELLM_MASTER_KEY',
    );

    expect(entries.map((entry) => entry.version)).toEqual([
      'projects/my-project/secrets/our-key/versions/2',
    ]);
  });

  it('runs an image that is brought with the connection string that its client knows', () => {
    const output = synthesize({ image: { reference: 'ghcr.io/berriai/litellm@sha256:0123' } });

    expect(fileOf(output, 'litellm.service')).toContain(' ghcr.io/berriai/litellm@sha256:0123\n');
    expect(secretsOf(output)[2]?.after).toMatch(/\/litellm\?sslmode=require$/);
    expect(output.resource).not.toHaveProperty('google_storage_bucket_object');
    expect(output.resource).not.toHaveProperty('google_storage_bucket');
  });

  it('takes the machine as it is described', () => {
    const compute = anInstanceGroup({ machineType: 'n2-standard-4', memoryMib: 2048 });

    const output = synthesize({ compute });

    expect(resourceOf(output, TEMPLATE).machine_type).toBe('n2-standard-4');
    expect(fileOf(output, 'litellm.service')).toContain(' --memory=2048m ');
  });

  it('stops a replica no sooner than the longest stream allows', () => {
    const output = synthesize({ streaming: { maxStreamSeconds: 1200, idleSeconds: 300 } });

    expect(fileOf(output, 'litellm.service')).toContain('docker stop --time=1230 litellm\n');
  });

  it('hands over a gateway of any size outside the metadata', () => {
    const gatewayScript = randomBytes(2_000_000).toString('hex');

    const metadata = metadataOf(synthesize({ compute: anInstanceGroup({ gatewayScript }) }));

    expect(Object.values(metadata).join('').length).toBeLessThan(32 * 1024);
  });

  it('rejects a configuration that no machine can be handed', () => {
    const config = aConfig({ canonicalYaml: randomBytes(200_000).toString('hex') });

    expect(() => synthesize({ config })).toThrow(
      /^litellm on gcp: 1 problem\n {2}- config must leave the configuration within 237568 bytes of a machine's metadata, packed, got \d+ bytes; shorten the configuration$/,
    );
  });
});

interface SecretOfReplica {
  readonly name: string;
  readonly version: string;
  readonly after: string;
}

function metadataOf(output: TerraformJson): Readonly<Record<string, string>> {
  return resourceOf(output, TEMPLATE).metadata as Readonly<Record<string, string>>;
}

function fileOf(output: TerraformJson, name: string): string {
  const userData = metadataOf(output)['user-data'] ?? '';
  const document = JSON.parse(userData.replace('#cloud-config\n', '')) as {
    readonly write_files: readonly { readonly path: string; readonly content: string }[];
  };
  return document.write_files.find((file) => file.path.endsWith(`/${name}`))?.content ?? '';
}

function secretsOf(output: TerraformJson): readonly SecretOfReplica[] {
  const manifest = JSON.parse(fileOf(output, 'manifest.json')) as {
    readonly secrets: readonly SecretOfReplica[];
  };
  return manifest.secrets;
}
