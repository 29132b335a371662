import type { Construct } from 'constructs';
import { AWS_TRAITS, planActivePassive, resolveActivePassive } from '../../../lib';
import { MultiRegionDeployment } from '../multi-region-deployment';
import type { AwsActivePassiveProps } from '../multi-region-props';
import { readProps } from '../../../lib/spec/read-props';
import { ACTIVE_PASSIVE_PROPS } from './known-props';

/** Everything about a gateway in a region of AWS that serves and one that waits. */
export type ActivePassiveProps = AwsActivePassiveProps;

/**
 * A gateway in a region that serves and a second one that waits. It survives what one region survives, and the loss of the
 * serving region: the standby answers as soon as clients are led there, and writes once its database is promoted.
 *
 * @example
 * new ActivePassive(app, 'litellm', {
 *   config: GatewayConfig.fromFile('config.yaml'),
 *   secrets: { OPENAI_API_KEY: 'gateway/openai' }, // names in Secrets Manager of each region
 *   domain: { name: 'api.example.com', zone: { hostedZoneId: 'Z0000000000EXAMPLE', zoneName: 'example.com' } },
 *   primary: { region: 'us-east-1' },
 *   standby: { region: 'us-west-2' },
 *   dataMode: 'global-database',
 * });
 */
export class ActivePassive extends MultiRegionDeployment {
  /**
   * Resolves the description, plans both regions and builds them, each in a stack of its own.
   *
   * @param scope an app or a stage, or a construct in one
   * @param id name within the scope
   * @param written the description
   */
  constructor(scope: Construct, id: string, written: ActivePassiveProps) {
    const props = readProps(written, ACTIVE_PASSIVE_PROPS, 'ActivePassive on aws');
    const { spec, warnings } = resolveActivePassive(props, AWS_TRAITS);
    super(scope, id, {
      topology: planActivePassive(spec, AWS_TRAITS),
      warnings,
      props,
      regions: [
        { path: 'primary', region: spec.primary.region, options: props.primary },
        { path: 'standby', region: spec.standby.region, options: props.standby },
      ],
    });
  }
}
