import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { hasFailedCheck, UNTRIED } from './health';
import type { Health } from './health';
import { selectShare } from './ramp';

export interface RecoveryContext {
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  readonly health: ReadonlyMap<string, Health>;
}

/** Drops those that failed their last health check; all of them stay when that would leave none. */
export function keepPassingChecks(
  candidates: readonly DeploymentConfig[],
  { health, nowMs }: Pick<RecoveryContext, 'health' | 'nowMs'>,
): readonly DeploymentConfig[] {
  const well = candidates.filter(({ id }) => !hasFailedCheck(health.get(id) ?? UNTRIED, nowMs));
  return well.length > 0 ? well : candidates;
}

/**
 * Gives those that recover their part of the requests and no more. With nobody else to ask, one that ramps up takes all;
 * empty means that each one is being probed right now.
 */
export function keepRecovered(
  candidates: readonly DeploymentConfig[],
  context: RecoveryContext,
): readonly DeploymentConfig[] {
  const share = ({ id }: DeploymentConfig): number =>
    selectShare(context.health.get(id) ?? UNTRIED, context.nowMs);
  const mark = selectSecondRandom(context.random);
  const admitted = candidates.filter((candidate) => share(candidate) > mark);
  return admitted.length > 0 ? admitted : candidates.filter((candidate) => share(candidate) > 0);
}

/** The fine digits of a random number know nothing of the coarse ones, which choose among the candidates. */
function selectSecondRandom(random: number): number {
  return (random * 2 ** 20) % 1;
}
