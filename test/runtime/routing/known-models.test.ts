import {
  selectKnownModel,
  selectMaxInputTokens,
  selectTokenPrice,
} from '../../../runtime/routing/known-models';
import { deployment } from '../../support/gateway-config-builder';

const model = (providerModel: string, baseModel: string | null = null) =>
  deployment({ id: 'one', providerModel, baseModel });

describe('selectKnownModel', () => {
  it.each([
    'claude-sonnet-4-20250514',
    'claude-sonnet-4@20250514',
    'us.anthropic.claude-sonnet-4-20250514-v1:0',
    'anthropic/claude-sonnet-4',
  ])('knows %s', (name) => {
    expect(selectKnownModel(model(name))).toEqual({
      input: 3,
      output: 15,
      maxInputTokens: 200_000,
    });
  });

  it('knows the model behind a deployment of another name', () => {
    expect(selectKnownModel(model('my-deployment', 'gpt-4o'))?.input).toBe(2.5);
    expect(selectKnownModel(model('my-deployment'))).toBeNull();
  });
});

describe('selectTokenPrice', () => {
  it('takes the configured price for the only one, even when half of it is given', () => {
    const own = deployment({ id: 'one', providerModel: 'gpt-4o', inputCostPerToken: 0.1 });
    expect(selectTokenPrice(own)).toEqual({ input: 0.1, output: 0 });
  });

  it('takes the list price otherwise', () => {
    expect(selectTokenPrice(model('gpt-4o'))).toEqual({ input: 2.5e-6, output: 1e-5 });
    expect(selectTokenPrice(model('my-model'))).toBeNull();
  });
});

describe('selectMaxInputTokens', () => {
  it('takes the configured window before the known one', () => {
    expect(selectMaxInputTokens(deployment({ id: 'one', maxInputTokens: 5 }))).toBe(5);
    expect(selectMaxInputTokens(model('gpt-4o'))).toBe(128_000);
    expect(selectMaxInputTokens(model('my-model'))).toBeNull();
  });
});
