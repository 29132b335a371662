import { LOCAL_TRAITS, planSingleRegion, resolveSpec } from '../../../lib';
import { DEFAULT_DATA_FOLDER, DEFAULT_PORT } from '../defaults';
import { GatewayDeployment } from '../deployment';
import type { LocalGatewayProps } from '../props';

/** Everything about a gateway on this machine. */
export type SingleRegionHAProps = LocalGatewayProps;

/** One region over replicas of everything, on this machine. */
export class SingleRegionHA extends GatewayDeployment {
  constructor(props: SingleRegionHAProps) {
    const { spec, warnings } = resolveSpec(props, LOCAL_TRAITS);
    super({
      topology: planSingleRegion(spec, LOCAL_TRAITS),
      config: spec.config,
      configText: props.configText ?? null,
      port: props.port ?? DEFAULT_PORT,
      dataFolder: props.dataFolder ?? DEFAULT_DATA_FOLDER,
      warnings,
    });
  }
}
