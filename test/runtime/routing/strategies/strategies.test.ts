import { STRATEGIES } from '../../../../runtime/routing/strategies/strategies';
import { describeStrategy } from './strategy.contract';

describe('STRATEGIES', () => {
  it('has every name that LiteLLM, the guide and this gateway know', () => {
    expect(Object.keys(STRATEGIES)).toEqual([
      'simple-shuffle',
      'least-busy',
      'usage-based-routing',
      'usage-based-routing-v2',
      'latency-based-routing',
      'cost-based-routing',
      'provider-budget-routing',
      'round-robin',
      'least-connections',
      'peak-ewma',
    ]);
  });
});

for (const [name, strategy] of Object.entries(STRATEGIES)) describeStrategy(name, strategy);
