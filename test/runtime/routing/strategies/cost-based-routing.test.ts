import type { DeploymentConfig } from '../../../../lib/config/gateway-config';
import { selectByCost } from '../../../../runtime/routing/strategies/cost-based-routing';
import { deployment } from '../../../support/gateway-config-builder';
import { strategyContext } from './strategy.contract';

const choose = (...group: readonly DeploymentConfig[]): string | undefined =>
  selectByCost(group, strategyContext({ random: 0.99 }))?.id;

const unknown = deployment({ id: 'unknown', providerModel: 'my-own-model' });

describe('selectByCost', () => {
  it('takes the cheapest by the sum of both prices', () => {
    const cheap = deployment({ id: 'cheap', inputCostPerToken: 2, outputCostPerToken: 2 });
    const dear = deployment({ id: 'dear', inputCostPerToken: 1, outputCostPerToken: 4 });
    expect(choose(dear, cheap, dear)).toBe('cheap');
  });

  it('knows the list price of models that many use', () => {
    const mini = deployment({ id: 'mini', providerModel: 'gpt-4o-mini-2024-07-18' });
    expect(choose(mini, deployment({ id: 'large', providerModel: 'gpt-4o' }))).toBe('mini');
    const own = deployment({ id: 'own', providerModel: 'gpt-4o', inputCostPerToken: 1e-9 });
    expect(choose(own, mini)).toBe('own');
  });

  it('asks a model without a price only when none has one', () => {
    const dear = deployment({ id: 'dear', inputCostPerToken: 4, outputCostPerToken: 4 });
    expect(choose(dear, unknown)).toBe('dear');
    expect(choose(deployment({ ...unknown, id: 'other' }), unknown)).toBe('unknown');
  });
});
