import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { UNUSED } from '../load';
import type { Load, Turn } from '../load';
import type { Strategy } from './strategy';

type Loads = ReadonlyMap<string, Load>;

/** The guide's, which is nginx's default: in turn, those of weight two twice as often. Chance has no say. */
export const selectRoundRobin: Strategy = (candidates, { loads }) => {
  const nowTurn = selectRoundTime(candidates, loads);
  const first = candidates.reduce<{ readonly at: DeploymentConfig; readonly turn: Turn } | null>(
    (best, at) => {
      const turn = planTurn(at, turnOf(at, loads), nowTurn);
      return best === null || turn.start < best.turn.start ? { at, turn } : best;
    },
    null,
  );
  return first?.at ?? null;
};

/**
 * The turn a deployment has taken when it is chosen. One that cooled down joins the round where it stands now: a mere count of
 * turns would make it catch up on all it has missed, at once.
 */
export function planNextTurn(
  chosen: DeploymentConfig,
  group: readonly DeploymentConfig[],
  loads: Loads,
): Turn {
  return planTurn(chosen, turnOf(chosen, loads), selectRoundTime(group, loads));
}

function planTurn({ weight }: DeploymentConfig, last: Turn, roundTime: number): Turn {
  const start = Math.max(last.finish, roundTime);
  const share = weight ?? 1;
  return { start, finish: start + (share > 0 ? 1 / share : Number.MAX_SAFE_INTEGER) };
}

function selectRoundTime(group: readonly DeploymentConfig[], loads: Loads): number {
  return group.reduce((latest, at) => Math.max(latest, turnOf(at, loads).start), 0);
}

function turnOf({ id }: DeploymentConfig, loads: Loads): Turn {
  return (loads.get(id) ?? UNUSED).turn;
}
