import type { DeploymentConfig } from '../../../lib/config/gateway-config';

/** `weight: 0` takes a deployment out of the traffic, whatever the strategy, as long as another is left. */
export function keepWeighted(candidates: readonly DeploymentConfig[]): readonly DeploymentConfig[] {
  const weighted = candidates.filter(({ weight }) => weight !== 0);
  return weighted.length > 0 ? weighted : candidates;
}
