import type { DeploymentConfig } from '../../../lib/config/gateway-config';

/** One of those with the lowest score, by chance, or the first would get the traffic of all that are equal. */
export function selectLowest(
  candidates: readonly DeploymentConfig[],
  random: number,
  score: (candidate: DeploymentConfig) => number,
): DeploymentConfig | null {
  const scored = candidates.map((candidate) => ({ candidate, score: score(candidate) }));
  const lowest = scored.reduce((low, each) => Math.min(low, each.score), Infinity);
  return selectAny(
    scored.filter((each) => each.score === lowest).map(({ candidate }) => candidate),
    random,
  );
}

export function selectAny(
  candidates: readonly DeploymentConfig[],
  random: number,
): DeploymentConfig | null {
  return candidates[Math.floor(random * candidates.length)] ?? null;
}
