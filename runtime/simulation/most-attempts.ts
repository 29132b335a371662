import type { DeploymentConfig } from '../../lib/config/gateway-config';

interface RetryCounts {
  readonly retries: number;
  readonly retriesByException: Readonly<Record<string, number>>;
}

/** Attempts in one order of a group that no rule exceeds. */
export function resolveMostAttempts(
  deployments: readonly DeploymentConfig[],
  router: RetryCounts,
): number {
  return 1 + Math.max(...selectRetries(deployments, router));
}

/** Retries that every rule grants, whatever failed and where. */
export function resolveFewestRetries(
  deployments: readonly DeploymentConfig[],
  router: RetryCounts,
): number {
  return Math.min(...selectRetries(deployments, router));
}

function selectRetries(
  deployments: readonly DeploymentConfig[],
  router: RetryCounts,
): readonly number[] {
  return [
    router.retries,
    ...Object.values(router.retriesByException),
    ...deployments.flatMap(({ retries }) => (retries === null ? [] : [retries])),
  ];
}
