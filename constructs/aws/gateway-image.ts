import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { Construct } from 'constructs';
import type { ComputePlan } from '../../lib';
import { gatewayBundleFolder } from '../../lib/gateway-bundle';

/**
 * The image to run: the reference that was brought, or the gateway of this package, built and pushed when the stack is
 * deployed. Nothing is built at synth.
 */
export function createGatewayImage(
  scope: Construct,
  { image }: ComputePlan,
  gatewayFolder: string | null,
): string {
  switch (image.kind) {
    case 'registry':
      return image.reference;
    case 'packaged':
      return new DockerImageAsset(scope, 'Image', {
        directory: gatewayFolder ?? gatewayBundleFolder(),
        // The nodes that EKS chooses by default are x86; a Mac would build for ARM otherwise.
        platform: Platform.LINUX_AMD64,
      }).imageUri;
  }
}
