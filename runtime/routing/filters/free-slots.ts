import type { DeploymentConfig, RouterConfig } from '../../../lib/config/gateway-config';
import type { Load } from '../load';

/** A minute's tokens as requests at once: LiteLLM takes a thousand for a request of ten seconds. */
const TOKENS_PER_SLOT = 6_000;

/** How many requests a deployment takes at once, by LiteLLM's rule; null: any number. */
export function selectSlots(
  deployment: Pick<DeploymentConfig, 'maxParallelRequests' | 'rpm' | 'tpm'>,
  { defaultMaxParallelRequests }: Pick<RouterConfig, 'defaultMaxParallelRequests'>,
): number | null {
  const { maxParallelRequests, rpm, tpm } = deployment;
  if (maxParallelRequests !== null) return maxParallelRequests;
  if (rpm !== null && rpm > 0) return rpm;
  if (tpm !== null && tpm > 0) return Math.max(1, Math.floor(tpm / TOKENS_PER_SLOT));
  return defaultMaxParallelRequests;
}

/**
 * Those that can begin at once, when there are any. (LiteLLM chooses first and then waits for the chosen one, while its
 * neighbour stands idle.)
 */
export function keepFree(
  candidates: readonly DeploymentConfig[],
  router: RouterConfig,
  loads: ReadonlyMap<string, Load>,
): readonly DeploymentConfig[] {
  const free = candidates.filter((candidate) => {
    const slots = selectSlots(candidate, router);
    return slots === null || (loads.get(candidate.id)?.inFlight ?? 0) < slots;
  });
  return free.length > 0 ? free : candidates;
}
