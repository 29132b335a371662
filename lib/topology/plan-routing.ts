import type { RoutingPlan, RoutingTarget } from '../blocks';
import { GATEWAY_PATHS } from '../gateway-contract';
import type { SteeringSpec } from '../spec/multi-region-spec';
import { selectSteering } from './steering-traits';
import type { TargetTraits } from './target-traits';

/** How the public name leads to regions, and how long it leads to a lost one. */
export function planRouting(
  steering: SteeringSpec,
  targets: readonly RoutingTarget[],
  { target }: TargetTraits,
): RoutingPlan {
  const offered = selectSteering(target, steering.policy);
  if (offered === null) throw new Error(`steering.policy let ${steering.policy} pass`);
  const { intervalSeconds, failureThreshold, ttlSeconds } = steering;
  const settleSeconds = offered.settleSeconds.value;
  const detectionSeconds = failureThreshold * intervalSeconds + settleSeconds;
  const steeringSeconds = detectionSeconds + ttlSeconds;
  return {
    policy: steering.policy,
    by: offered.by,
    healthPath:
      offered.interval.kind === 'inherited' ? GATEWAY_PATHS.readiness : GATEWAY_PATHS.region,
    probeIntervalSeconds: intervalSeconds,
    failureThreshold,
    ttlSeconds,
    detectionSeconds,
    steeringSeconds,
    arithmetic:
      `${failureThreshold} probes × ${intervalSeconds} s + ${settleSeconds} s to agree + ` +
      `${ttlSeconds} s in the memory of clients = ${steeringSeconds} s`,
    targets,
    closing: offered.closing,
  };
}
