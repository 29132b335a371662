import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import { StorageBucketObject } from '@cdktf/provider-google/lib/storage-bucket-object';
import { Id } from '@cdktf/provider-random/lib/id';
import { AssetType, type ITerraformDependable, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import { gatewayBundleFolder } from '../../../lib/gateway-bundle';
import type { Placement } from '../foundation/placement';
import type { CodeObject } from './prepare-script';

export interface GatewayCodeProps {
  readonly placement: Placement;
  /** Text of a custom build. Null: the gateway of this package. */
  readonly script: string | null;
  /** Null: a bucket is created. */
  readonly existingBucket: string | null;
  /** The IAM member that reads the code. */
  readonly reader: string;
}

const SCRIPT_FILE = 'gateway.js';

/**
 * The gateway's code, as an object in Cloud Storage that a machine fetches when it starts. The
 * object is named by its SHA-256, which the machine checks before it runs the code. A release adds
 * an object and keeps the older ones: until its rollout ends, a machine of the previous release may
 * still be recreated.
 *
 * Costs: a few cents a month. Survives: the loss of any zone, as the bucket is regional. While
 * Cloud Storage is down, running replicas keep running and can restart; new machines wait for it.
 */
export class GatewayCode extends Construct {
  readonly location: CodeObject;
  /** Null: an existing bucket is used. */
  readonly bucket: StorageBucket | null;
  readonly resource: StorageBucketObject;
  /** What must exist before a machine can fetch the code. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: GatewayCodeProps) {
    super(scope, id);
    const { placement, script, existingBucket } = props;
    const path = script === null ? join(gatewayBundleFolder(), SCRIPT_FILE) : writeScript(script);
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    const type = AssetType.FILE;
    // Terraform uploads a file as it is. A string would be parsed as a template and kept in state.
    const asset = new TerraformAsset(this, 'Script', { path, type, assetHash: sha256 });
    this.bucket = existingBucket === null ? this.createBucket(placement) : null;
    const bucketName = this.bucket?.name ?? existingBucket ?? '';
    const folder = `litellm-ha/${placement.name}/`;
    this.resource = new StorageBucketObject(this, 'Resource', {
      bucket: bucketName,
      name: `${folder}gateway-${sha256}.js`,
      source: asset.path,
      contentType: 'text/javascript',
      deletionPolicy: 'ABANDON',
    });
    const grant = this.grantRead(props, { bucketName, folder });
    this.location = { bucket: bucketName, name: `${folder}gateway-${sha256}.js`, sha256 };
    this.ready = [this.resource, grant];
  }

  private createBucket({ name, project, region }: Placement): StorageBucket {
    // Bucket names are unique worldwide and may not contain "google"; a gateway's name may.
    const suffix = new Id(this, 'BucketSuffix', { byteLength: 8 });
    return new StorageBucket(this, 'Bucket', {
      name: `litellm-ha-code-${suffix.hex}`,
      project,
      location: region,
      storageClass: 'STANDARD',
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      versioning: { enabled: true },
      labels: { gateway: name },
      lifecycleRule: [
        {
          action: { type: 'Delete' },
          condition: { daysSinceNoncurrentTime: 30, withState: 'ARCHIVED' },
        },
      ],
      // Everything in it can be uploaded again; older releases would otherwise block deletion.
      forceDestroy: true,
    });
  }

  /** A new bucket holds nothing but code. In an existing one, replicas may read their folder only. */
  private grantRead(
    { existingBucket, reader }: GatewayCodeProps,
    { bucketName, folder }: { readonly bucketName: string; readonly folder: string },
  ): StorageBucketIamMember {
    return new StorageBucketIamMember(this, 'Read', {
      bucket: bucketName,
      role: 'roles/storage.objectViewer',
      member: reader,
      ...(existingBucket === null
        ? {}
        : {
            condition: {
              title: 'code-of-the-gateway',
              expression: `resource.name.startsWith("projects/_/buckets/${bucketName}/objects/${folder}")`,
            },
          }),
    });
  }
}

/** An asset is a file on disk until the app is synthesized. */
function writeScript(script: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'litellm-ha-')), SCRIPT_FILE);
  writeFileSync(path, script);
  return path;
}
