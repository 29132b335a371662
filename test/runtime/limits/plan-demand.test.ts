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

    it('leaves a call alone whose answer costs nothing', () => {
      const free = deployment({ id: 'x', providerModel: 'own-model' });
      const demand = planDemand(anOutline({ candidates: candidatesOf(free) }), HARD);
      expect(demand).toMatchObject({ microDollars: 0, completionCapTokens: null });
    });
  });
});
