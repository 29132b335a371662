import type { Construct } from 'constructs';
import { GCP_TRAITS, planSingleRegion } from '../../../lib';
import { GatewayDeployment } from '../deployment';
import { requireTerraformStack } from '../foundation/framework-guard';
import type { GoogleGatewayProps } from '../props';
import { resolveGoogleSpec } from '../resolve-google-spec';
import { readProps } from '../../../lib/spec/read-props';
import { SINGLE_REGION_PROPS } from './known-props';

/** A gateway in one region of Google Cloud. */
export type SingleRegionHAProps = GoogleGatewayProps;

/**
 * One region over several zones. It survives the loss of any replica, of any zone, of the database's primary and of the
 * cache; it does not survive the loss of the region. The stack's `GoogleProvider` and `RandomProvider` are the caller's:
 * they say with which credentials to create all this.
 *
 * The project must have enabled the APIs of Compute Engine, Cloud SQL, Service Networking,
 * Memorystore for Redis, Secret Manager, Cloud Storage, Artifact Registry, and Cloud DNS where a
 * managed zone is named. A machine is replaced with what Google Cloud keeps: the system's image, the
 * Node image, the code and the secrets. An image from another registry is warned of.
 *
 * @example
 * new SingleRegionHA(stack, 'litellm', {
 *   config: GatewayConfig.fromFile('config.yaml'),
 *   project: 'my-project',
 *   region: 'europe-west1',
 *   secrets: { OPENAI_API_KEY: { secretId: 'openai-api-key' } },
 *   domain: { name: 'api.example.com', managedZone: 'example-com' },
 * });
 */
export class SingleRegionHA extends GatewayDeployment {
  constructor(scope: Construct, id: string, written: SingleRegionHAProps) {
    const props = readProps(written, SINGLE_REGION_PROPS, 'SingleRegionHA on gcp');
    requireTerraformStack(scope, id);
    const { spec, google, warnings } = resolveGoogleSpec(props);
    super(scope, id, { topology: planSingleRegion(spec, GCP_TRAITS), google, warnings });
  }
}
