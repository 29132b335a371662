import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { PrepareManifest } from '../../../../constructs/gcp/compute/prepare-script';
import { FakeGoogle, prepare } from '../fake-google';
import {
  anInstanceGroup,
  GATEWAY_SCRIPT,
  resourceOf,
  synthesize,
  type TerraformJson,
} from '../synthesize';
import { synthesizeFolder } from '../synthesize-app';

const SHA256 = createHash('sha256').update(GATEWAY_SCRIPT).digest('hex');
const OBJECT = `litellm-ha/litellm/gateway-${SHA256}.js`;

describe('GatewayCode', () => {
  it('keeps the code in a regional bucket that is versioned and closed to the public', () => {
    expect(resourceOf(synthesize(), 'google_storage_bucket')).toEqual({
      name: expect.stringMatching(/^litellm-ha-code-\$\{random_id\.\w+\.hex\}$/),
      project: 'my-project',
      location: 'us-central1',
      storage_class: 'STANDARD',
      uniform_bucket_level_access: true,
      public_access_prevention: 'enforced',
      versioning: { enabled: true },
      labels: { gateway: 'litellm' },
      lifecycle_rule: [
        {
          action: { type: 'Delete' },
          condition: { days_since_noncurrent_time: 30, with_state: 'ARCHIVED' },
        },
      ],
      force_destroy: true,
    });
  });

  it('names the object by the hash of the code, and keeps those of older releases', () => {
    expect(resourceOf(synthesize(), 'google_storage_bucket_object')).toMatchObject({
      bucket: expect.stringMatching(/^\$\{google_storage_bucket\.\w+\.name\}$/),
      name: OBJECT,
      deletion_policy: 'ABANDON',
    });
  });

  it('lets replicas read the bucket, and nothing else in Cloud Storage', () => {
    const output = synthesize();

    expect(resourceOf(output, 'google_storage_bucket_iam_member')).toEqual({
      bucket: expect.stringMatching(/^\$\{google_storage_bucket\.\w+\.name\}$/),
      role: 'roles/storage.objectViewer',
      member: expect.stringMatching(/^\$\{google_service_account\.\w+Reader\w+\.member\}$/),
    });
    expect(JSON.stringify(output.resource.google_project_iam_member)).not.toContain('storage');
  });

  it('takes a bucket that is brought, of which replicas read their own folder only', () => {
    const output = synthesize({ compute: anInstanceGroup({ codeBucket: 'our-code' }) });

    expect(output.resource).not.toHaveProperty('google_storage_bucket');
    expect(resourceOf(output, 'google_storage_bucket_object')).toMatchObject({
      bucket: 'our-code',
      name: OBJECT,
    });
    expect(resourceOf(output, 'google_storage_bucket_iam_member')).toMatchObject({
      bucket: 'our-code',
      condition: {
        title: 'code-of-the-gateway',
        expression:
          'resource.name.startsWith("projects/_/buckets/our-code/objects/litellm-ha/litellm/")',
      },
    });
  });

  it('uploads the file of its hash, in a path that is the same on each machine', () => {
    const folder = synthesizeFolder();
    const source = sourceOf(readOutput(folder));

    expect(source).toMatch(new RegExp(`^assets/[\\w-]+/${SHA256}/gateway\\.js$`));
    expect(readFileSync(join(folder, source), 'utf8')).toBe(GATEWAY_SCRIPT);
  });

  it('is what a machine has in place after it ran what its metadata says', async () => {
    const folder = synthesizeFolder();
    const output = readOutput(folder);
    const google = new FakeGoogle();
    await google.start();
    const machine = mkdtempSync(join(tmpdir(), 'machine-'));
    const { manifest, prepareScript } = readUserData(output);
    if (manifest.code !== null) {
      google.keepCode(manifest.code, readFileSync(join(folder, sourceOf(output))));
    }
    for (const { version } of manifest.secrets) google.keepSecret(version, 'value');
    writeFileSync(join(machine, 'prepare.js'), prepareScript);
    writeFileSync(
      join(machine, 'manifest.json'),
      JSON.stringify({
        ...manifest,
        metadataUrl: google.url,
        secretManagerUrl: google.url,
        storageUrl: google.url,
      }),
    );

    const result = await prepare(machine);
    await google.stop();

    expect(result).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(join(machine, 'gateway.js'), 'utf8')).toBe(GATEWAY_SCRIPT);
  });
});

function readOutput(folder: string): TerraformJson {
  return JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as TerraformJson;
}

function sourceOf(output: TerraformJson): string {
  return String(resourceOf(output, 'google_storage_bucket_object').source);
}

/** What cloud-init writes to a machine's disk. */
function readUserData(output: TerraformJson) {
  const template = resourceOf(output, 'google_compute_instance_template');
  const { 'user-data': text = '' } = template.metadata as Readonly<Record<string, string>>;
  const document = JSON.parse(text.replace('#cloud-config\n', '')) as {
    readonly write_files: readonly { readonly path: string; readonly content: string }[];
  };
  const contentOf = (path: string) =>
    document.write_files.find((file) => file.path === path)?.content ?? '';
  return {
    // Terraform puts names of resources in the place of references.
    manifest: JSON.parse(
      contentOf('/etc/litellm/manifest.json').replace(/\$\{[^}]+\}/g, 'bound'),
    ) as PrepareManifest,
    prepareScript: gunzipSync(Buffer.from(contentOf('/etc/litellm/prepare.js'), 'base64')),
  };
}
