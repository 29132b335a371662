import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { UNUSED } from '../load';
import { selectPeakMs } from '../peak-ewma';
import type { Strategy, StrategyContext } from './strategy';

/** Dearer than any answer: who was asked and has not answered once may be dead. */
const UNSEEN_BUT_BUSY_MS = 3_600_000;

/**
 * Ours: of two drawn at random the one with the lower cost, where cost is how soon it lately began to answer, times what
 * it has to do. Two, because asking all makes every replica send its next request to the same deployment. How soon it
 * began, not how long it took: the length of an answer says nothing about who gives it.
 */
export const selectPeakEwma: Strategy = (candidates, context) => {
  const [one, other] = drawTwo(candidates, context.random);
  if (one === undefined) return null;
  if (other === undefined) return one;
  return selectCost(other, context) < selectCost(one, context) ? other : one;
};

/** Two different ones out of one draw, each ordered pair as likely as any other. */
function drawTwo(
  candidates: readonly DeploymentConfig[],
  random: number,
): readonly DeploymentConfig[] {
  const count = candidates.length;
  if (count < 2) return candidates;
  const pair = Math.floor(random * count * (count - 1));
  const first = Math.floor(pair / (count - 1));
  const rest = pair % (count - 1);
  const second = rest < first ? rest : rest + 1;
  return [first, second].flatMap((index) => candidates.slice(index, index + 1));
}

function selectCost({ id }: DeploymentConfig, { loads, delivery, nowMs }: StrategyContext): number {
  const load = loads.get(id) ?? UNUSED;
  const average = load.answers[delivery];
  if (average === null) return load.inFlight === 0 ? 0 : UNSEEN_BUT_BUSY_MS * load.inFlight;
  return selectPeakMs(average, nowMs) * (load.inFlight + 1);
}
