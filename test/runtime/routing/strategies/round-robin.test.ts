import type { DeploymentConfig } from '../../../../lib/config/gateway-config';
import { UNUSED } from '../../../../runtime/routing/load';
import type { Load } from '../../../../runtime/routing/load';
import { planNextTurn, selectRoundRobin } from '../../../../runtime/routing/strategies/round-robin';
import { deployment } from '../../../support/gateway-config-builder';
import { strategyContext } from './strategy.contract';

const group = (weights: readonly (number | null)[]): readonly DeploymentConfig[] =>
  weights.map((weight, index) => deployment({ id: 'abc'.charAt(index), weight }));

/** Who is chosen, turn after turn; `present` says who may serve at each. */
function play(
  all: readonly DeploymentConfig[],
  turns: number,
  present: (id: string, turn: number) => boolean = () => true,
): string {
  const loads = new Map<string, Load>();
  return Array.from({ length: turns }, (_, turn) => {
    const candidates = all.filter(({ id }) => present(id, turn));
    const chosen = selectRoundRobin(candidates, strategyContext({ loads }));
    if (chosen === null) throw new Error('nobody was chosen');
    loads.set(chosen.id, { ...UNUSED, turn: planNextTurn(chosen, all, loads) });
    return chosen.id;
  }).join('');
}

describe('selectRoundRobin', () => {
  it('takes one after the other', () => {
    expect(play(group([null, null, null]), 7)).toBe('abcabca');
  });

  it('takes those of greater weight more often, and not all at once', () => {
    const picks = play(group([3, 1]), 40);
    expect(picks.replaceAll('b', '')).toHaveLength(30);
    expect(picks).not.toMatch(/a{5}|bb/);
  });

  it('lets whoever was away join the round without catching up', () => {
    const away = play(group([null, null, null]), 60, (id, turn) => id !== 'c' || turn >= 30);
    expect(away.slice(0, 30)).not.toContain('c');
    expect(away.slice(30)).toMatch(/^(?=.{30}$)[ab]{0,2}(c[ab]{2}|c[ab]c[ab]{2})/);
    expect(away.slice(30).replaceAll(/[ab]/g, '').length).toBeLessThanOrEqual(11);
  });
});
