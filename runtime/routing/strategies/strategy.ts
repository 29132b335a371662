import type { DeploymentConfig, LatencyArgs } from '../../../lib/config/gateway-config';
import type { Delivery, Load } from '../load';

export interface StrategyContext {
  readonly nowMs: number;
  /** Time of day, which limits per minute go by. Unit: milliseconds since 1970. */
  readonly wallMs: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  /** By id; a deployment that was never asked is not there. */
  readonly loads: ReadonlyMap<string, Load>;
  readonly delivery: Delivery;
  readonly latency: LatencyArgs;
}

/** Chooses one of the candidates, each of which may serve the request. Null when there are none. */
export type Strategy = (
  candidates: readonly DeploymentConfig[],
  context: StrategyContext,
) => DeploymentConfig | null;
