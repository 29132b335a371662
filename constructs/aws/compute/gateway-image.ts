import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { Construct } from 'constructs';
import type { ComputePlan } from '../../../lib';
import { gatewayBundleFolder } from '../../../lib/gateway-bundle';

/** An image, and the repository that holds it where it is one of this account. */
export interface GatewayImage {
  readonly reference: string;
  readonly repository: IRepository | null;
}

/**
 * The image to run: the reference that was brought, or the gateway of this package, built and pushed when the stack is
 * deployed. Nothing is built at synth.
 */
export function createGatewayImage(
  scope: Construct,
  { image }: ComputePlan,
  gatewayFolder: string | null,
): GatewayImage {
  switch (image.kind) {
    case 'registry':
      return { reference: image.reference, repository: null };
    case 'packaged': {
      const asset = new DockerImageAsset(scope, 'Image', {
        directory: gatewayFolder ?? gatewayBundleFolder(),
        // The nodes that EKS chooses by default are x86; a Mac would build for ARM otherwise.
        platform: Platform.LINUX_AMD64,
      });
      return { reference: asset.imageUri, repository: asset.repository };
    }
  }
}
