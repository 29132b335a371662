import { selectMaxInputTokens, selectTokenPrice } from '../../../runtime/routing/known-models';
import { deployment } from '../../support/gateway-config-builder';

const NOW = 1_700_000_000_000;

const model = (providerModel: string, baseModel: string | null = null) =>
  deployment({ id: 'one', providerModel, baseModel });

describe('selectTokenPrice', () => {
  it('takes the configured price for the only one, even when half of it is given', () => {
    const own = deployment({ id: 'one', providerModel: 'gpt-4o', inputCostPerToken: 0.1 });
    expect(selectTokenPrice(own, NOW)).toMatchObject({ input: 0.1, output: 0 });
  });

  it('takes the list price otherwise', () => {
    expect(selectTokenPrice(model('gpt-4o'), NOW)).toMatchObject({ input: 2.5e-6, output: 1e-5 });
    expect(selectTokenPrice(model('my-deployment', 'gpt-4o'), NOW)?.input).toBe(2.5e-6);
  });

  it('has none for a server of one’s own, nor for what nobody knows', () => {
    expect(selectTokenPrice(model('my-model'), NOW)).toBeNull();
    const ollama = deployment({ id: 'one', provider: 'ollama', providerModel: 'llama3' });
    expect(selectTokenPrice(ollama, NOW)).toBeNull();
    const far = deployment({ id: 'one', providerModel: 'x', apiBase: 'https://example.com' });
    expect(selectTokenPrice(far, NOW)).toBeNull();
  });
});

describe('selectMaxInputTokens', () => {
  it('takes the configured window before the known one', () => {
    expect(selectMaxInputTokens(deployment({ id: 'one', maxInputTokens: 5 }))).toBe(5);
    expect(selectMaxInputTokens(model('gpt-4o'))).toBe(128_000);
    expect(selectMaxInputTokens(model('my-model'))).toBeNull();
  });
});
