import { createHash } from 'node:crypto';
import type { DeploymentConfig } from '../../lib/config/gateway-config';

/**
 * The deployment a key belongs to: the one that scores highest for it (rendezvous hashing), in proportion to the weights.
 * When one leaves, only its own keys move, and they spread over all others; when it is back, so are they. Nothing has to
 * be remembered or shared for that: every replica comes to the same answer.
 */
export function selectByAffinity(
  candidates: readonly DeploymentConfig[],
  stickyKey: string,
): DeploymentConfig | null {
  const scored = candidates.map((candidate) => ({ candidate, score: score(candidate, stickyKey) }));
  const best = scored.reduce<(typeof scored)[number] | null>(
    (high, each) => (high === null || each.score > high.score ? each : high),
    null,
  );
  return best?.candidate ?? null;
}

function score({ id, weight }: DeploymentConfig, stickyKey: string): number {
  // A length in front, or the key "a" of "bc" would be the key "ab" of "c".
  const digest = createHash('sha256').update(`${id.length}:${id}${stickyKey}`).digest();
  const uniform = (digest.readUIntBE(0, 6) + 1) / (2 ** 48 + 1);
  return (weight ?? 1) / -Math.log(uniform);
}
