import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

  it('tells machines the bucket, the object and the hash that its bytes must have', () => {
    expect(JSON.stringify(synthesize().resource.google_compute_instance_template)).toMatch(
      new RegExp(
        `"code[^}]*bucket[^}]*\\$\\{google_storage_bucket\\.\\w+\\.name\\}[^}]*${OBJECT}[^}]*${SHA256}`,
      ),
    );
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

  it('uploads exactly the bytes whose hash the machines check', () => {
    const folder = synthesizeFolder();
    const output = JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as TerraformJson;
    const source = String(resourceOf(output, 'google_storage_bucket_object').source);

    expect(source).toMatch(new RegExp(`^assets/[\\w-]+/${SHA256}/gateway\\.js$`));
    expect(readFileSync(join(folder, source), 'utf8')).toBe(GATEWAY_SCRIPT);
  });
});
