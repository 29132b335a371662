import { selectByUsage } from '../../../../runtime/routing/strategies/usage-based-routing';
import { aLoad } from '../../../support/a-load';
import { deployment } from '../../../support/gateway-config-builder';
import { strategyContext } from './strategy.contract';

const A = deployment({ id: 'a' });
const B = deployment({ id: 'b' });

describe('selectByUsage', () => {
  it('takes the fewest tokens of this minute', () => {
    const loads = new Map([
      ['a', aLoad({ minute: 1, tokens: 500 })],
      ['b', aLoad({ minute: 1, tokens: 400 })],
    ]);
    expect(selectByUsage([A, B], strategyContext({ loads, wallMs: 60_000 }))).toBe(B);
  });

  it('forgets what was used in an earlier minute', () => {
    const loads = new Map([
      ['a', aLoad({ minute: 1, tokens: 9000 })],
      ['b', aLoad({ minute: 2, tokens: 1 })],
    ]);
    expect(selectByUsage([A, B], strategyContext({ loads, wallMs: 120_000 }))).toBe(A);
  });
});
