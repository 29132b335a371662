import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeLogBucket } from '../foundation/acknowledge';

const FOLDER = 'closed';

/** The object whose being there closes a region to clients. */
export function switchPath(region: string): string {
  return `${FOLDER}/${region}`;
}

/**
 * The switches of other regions, kept in the one that takes their place: an object each, which health checks look at.
 *
 * Costs: next to nothing.
 * Survives: the loss of the regions it closes, and of every control plane: writing an object is enough.
 * Does not survive: the loss of its own region, when nobody wants to lead clients to it anyway.
 */
export class RegionSwitch extends Construct {
  readonly resource: s3.Bucket;

  constructor(scope: Construct, id: string, { bucketName }: { readonly bucketName: string }) {
    super(scope, id);
    this.resource = new s3.Bucket(this, 'Resource', {
      bucketName,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: new s3.BlockPublicAccess({
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: false,
        restrictPublicBuckets: false,
      }),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.resource.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'HealthChecksLook',
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: [this.resource.arnForObjects(`${FOLDER}/*`)],
      }),
    );
    acknowledgeLogBucket(this.resource);
    acknowledge(this.resource, {
      findings: ['S2'],
      reason:
        'Health checks of Route 53 log in nowhere, and look from addresses that change. What they may read is whether a ' +
        'region is closed, which anybody sees in DNS; nobody may list or write.',
    });
  }

  /** Lets somebody look at the switches and turn them. */
  grantTurn(grantee: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resourceArns: [this.resource.arnForObjects(`${FOLDER}/*`)],
    });
    // Without it a switch that is open, hence not there, looks like one that must not be read.
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['s3:ListBucket'],
      resourceArns: [this.resource.bucketArn],
    });
  }
}
