import type { Construct } from 'constructs';
import { AWS_TRAITS, planSingleRegion, resolveSpec } from '../../../lib';
import { noticePoolerWarnings, planPooler } from '../database/pooler/rules';
import { GatewayDeployment } from '../deployment';
import type { AwsGatewayProps } from '../props';
import { readProps } from '../../../lib/spec/read-props';
import { SINGLE_REGION_PROPS } from './known-props';

/** Everything about a gateway in one region of AWS. */
export type SingleRegionHAProps = AwsGatewayProps;

/**
 * A gateway in one region over several zones. It survives the loss of a replica, a zone, the database's primary and the
 * cache; it does not survive the loss of the region.
 *
 * @example
 * new SingleRegionHA(stack, 'litellm', {
 *   config: GatewayConfig.fromFile('config.yaml'),
 *   secrets: { OPENAI_API_KEY: openAiKey },
 *   domain: { name: 'api.example.com', zone },
 *   compute: Compute.fargate(),
 * });
 */
export class SingleRegionHA extends GatewayDeployment {
  /**
   * Resolves the description, plans the region and builds it.
   *
   * @param scope a stack, or a construct in one
   * @param id name within the scope
   * @param written the description
   */
  constructor(scope: Construct, id: string, written: SingleRegionHAProps) {
    const props = readProps(written, SINGLE_REGION_PROPS, 'SingleRegionHA on aws');
    const { spec, warnings } = resolveSpec(props, AWS_TRAITS, planPooler(props.database));
    super(scope, id, {
      topology: planSingleRegion(spec, AWS_TRAITS),
      warnings: [...warnings, ...noticePoolerWarnings(spec)],
      props,
    });
  }
}
