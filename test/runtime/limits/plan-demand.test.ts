import { findDearestPrice } from '../../../lib/prices/list-price';
import { GatewayError } from '../../../runtime/errors';
import { planDemand } from '../../../runtime/limits/plan-demand';
import { deployment } from '../../support/gateway-config-builder';
import { anOutline, candidatesOf, CHEAP } from './a-caller';

const CONTEXT = {
  enforcement: 'estimated',
  typicalCompletionTokens: 500,
  affordableMicroDollars: 1_000_000,
  unpriced: 'estimate',
  wallMs: 0,
} as const;

const DEAR = deployment({
  id: 'dear',
  inputCostPerToken: 0.00001,
  outputCostPerToken: 0.00003,
});

describe('planDemand', () => {
  it('prices nothing where no budget applies', () => {
    const demand = planDemand(anOutline(), { ...CONTEXT, affordableMicroDollars: null });
    expect(demand).toEqual({
      group: 'gpt-4o',
      tokens: 600,
      microDollars: 0,
      completionCapTokens: null,
    });
  });

  it('takes an answer for one of usual length, at the dearest deployment', () => {
    const { microDollars } = planDemand(
      anOutline({ candidates: candidatesOf(CHEAP, DEAR) }),
      CONTEXT,
    );
    expect(microDollars).toBe(100 * 10 + 500 * 30);
  });

  it('sets aside the longest answer that the client allows, for each it asks for', () => {
    const outline = anOutline({ maxCompletionTokens: 2000, choices: 3 });
    const demand = planDemand(outline, CONTEXT);
    expect(demand.microDollars).toBe(100 + 3 * 2000);
    // The minute's tokens are put right as soon as the answer is there.
    expect(demand.tokens).toBe(100 + 3 * 500);
  });

  it('sets aside no more than a number can hold for an absurd max_tokens', () => {
    const { microDollars } = planDemand(anOutline({ maxCompletionTokens: 1e300 }), CONTEXT);
    expect(microDollars).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('counts a deployment without a price as free', () => {
    const unpriced = deployment({ id: 'x', providerModel: 'own-model' });
    expect(
      planDemand(anOutline({ candidates: candidatesOf(unpriced) }), CONTEXT).microDollars,
    ).toBe(0);
  });

  describe('of a model whose price nobody knows', () => {
    const unpriced = deployment({
      id: 'x',
      provider: 'azure',
      providerModel: 'my-deployment',
      litellmModel: 'azure/my-deployment',
    });
    const outline = anOutline({ group: 'mine', candidates: candidatesOf(CHEAP, unpriced) });

    it('sets aside the most that any model of its provider costs', () => {
      const dearest = findDearestPrice('azure');
      const { input = 0, output = 0 } = dearest?.rates ?? {};
      const { microDollars } = planDemand(outline, CONTEXT);
      expect(microDollars).toBe(Math.ceil(1e6 * (100 * input + 500 * output)));
      expect(microDollars).toBeGreaterThan(600);
    });

    it('sets aside nothing for it where it is allowed', () => {
      const demand = planDemand(outline, { ...CONTEXT, unpriced: 'allow' });
      expect(demand.microDollars).toBe(600);
    });

    it('rejects the call where it is to be refused, and no call without a budget', () => {
      const refusing = { ...CONTEXT, unpriced: 'refuse' } as const;
      expect(() => planDemand(outline, refusing)).toThrow(
        new GatewayError(
          'model_unpriced',
          'model "mine", or a fallback of it, has no known price, and a call under a budget must have one; its administrator can set input_cost_per_token, base_model or general_settings.price_list',
        ),
      );
      expect(planDemand(anOutline(), refusing).microDollars).toBe(600);
      const free = planDemand(outline, { ...refusing, affordableMicroDollars: null });
      expect(free.microDollars).toBe(0);
    });
  });

  it('prices a wildcard by the model that is asked', () => {
    const wildcard = deployment({ id: 'w', providerModel: '*', litellmModel: 'openai/*' });
    const candidates = () => [{ deployment: wildcard, model: 'gpt-4o' }];
    expect(planDemand(anOutline({ candidates }), CONTEXT).microDollars).toBe(250 + 5000);
  });

  it('goes by the price of long prompts where the prompt is one', () => {
    const tiered = deployment({
      id: 't',
      inputCostPerToken: 0.000001,
      outputCostPerToken: 0,
      otherCosts: { input_cost_per_token_above_128k_tokens: 0.000002 },
    });
    const candidates = candidatesOf(tiered);
    const cost = (promptTokens: number): number =>
      planDemand(anOutline({ candidates, promptTokens }), CONTEXT).microDollars;
    expect(cost(128_000)).toBe(128_000);
    expect(cost(128_001)).toBe(256_002);
  });

  describe('where budgets are hard', () => {
    const HARD = { ...CONTEXT, enforcement: 'hard' } as const;

    it('takes each byte of the body for a token of the prompt', () => {
      const demand = planDemand(anOutline({ maxCompletionTokens: 10 }), HARD);
      expect(demand).toMatchObject({ microDollars: 410, completionCapTokens: null });
    });

    it('gives a call without a bound one that the budget pays for', () => {
      const demand = planDemand(anOutline(), { ...HARD, affordableMicroDollars: 1000 });
      expect(demand).toMatchObject({ microDollars: 1000, completionCapTokens: 600 });
    });

    it('asks for more than there is rather than for an answer of a few words', () => {
      const demand = planDemand(anOutline(), { ...HARD, affordableMicroDollars: 405 });
      expect(demand).toMatchObject({ microDollars: 416, completionCapTokens: 16 });
    });

    it('sets aside for the dearest kind of token that there may be', () => {
      const kinds = deployment({
        id: 'k',
        inputCostPerToken: 0.000001,
        outputCostPerToken: 0.000001,
        otherCosts: {
          cache_creation_input_token_cost: 0.000002,
          output_cost_per_reasoning_token: 0.000003,
        },
      });
      const outline = anOutline({ candidates: candidatesOf(kinds), maxCompletionTokens: 10 });
      expect(planDemand(outline, HARD).microDollars).toBe(400 * 2 + 10 * 3);
    });

    it('leaves a call alone whose answer costs nothing', () => {
      const free = deployment({ id: 'x', providerModel: 'own-model' });
      const demand = planDemand(anOutline({ candidates: candidatesOf(free) }), HARD);
      expect(demand).toMatchObject({ microDollars: 0, completionCapTokens: null });
    });
  });
});
