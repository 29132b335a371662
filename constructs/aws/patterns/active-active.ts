import type { Construct } from 'constructs';
import { AWS_TRAITS, planActiveActive, resolveActiveActive } from '../../../lib';
import { MultiRegionDeployment } from '../multi-region-deployment';
import type { AwsActiveActiveProps } from '../multi-region-props';
import { readProps } from '../../../lib/spec/read-props';
import { ACTIVE_ACTIVE_PROPS } from './known-props';

/** Everything about a gateway in regions of AWS that all serve. */
export type ActiveActiveProps = AwsActiveActiveProps;

/**
 * A gateway in regions that all serve. It survives the loss of any one of them: the others go on, and clients of the lost
 * one are led to them.
 *
 * @example
 * new ActiveActive(app, 'litellm', {
 *   config: GatewayConfig.fromFile('config.yaml'),
 *   secrets: { OPENAI_API_KEY: 'gateway/openai' },
 *   domain: { name: 'api.example.com', zone: { hostedZoneId: 'Z0000000000EXAMPLE', zoneName: 'example.com' } },
 *   regions: [{ region: 'us-east-1' }, { region: 'eu-west-1' }],
 *   dataMode: 'global-database',
 *   database: Database.aurora({ maxConnections: 700 }),
 * });
 */
export class ActiveActive extends MultiRegionDeployment {
  /**
   * Resolves the description, plans all regions and builds them, each in a stack of its own.
   *
   * @param scope an app or a stage, or a construct in one
   * @param id name within the scope
   * @param written the description
   */
  constructor(scope: Construct, id: string, written: ActiveActiveProps) {
    const props = readProps(written, ACTIVE_ACTIVE_PROPS, 'ActiveActive on aws');
    const { spec, warnings } = resolveActiveActive(props, AWS_TRAITS);
    super(scope, id, {
      topology: planActiveActive(spec, AWS_TRAITS),
      warnings,
      props,
      regions: props.regions.map((options, index) => ({
        path: `regions[${index}]`,
        region: options.region,
        options,
      })),
    });
  }
}
