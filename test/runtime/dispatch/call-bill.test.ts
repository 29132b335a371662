import { CallBill, joinEstimates, priceCharge } from '../../../runtime/dispatch/call-bill';
import { attempt, charge, TOLD } from '../../support/charge-builder';
import { deployment } from '../../support/gateway-config-builder';

const PRICED = deployment({ id: 'a', inputCostPerToken: 0.001, outputCostPerToken: 0.002 });
/** A name that no list has, at a provider that the list has. */
const UNPRICED = deployment({
  id: 'b',
  provider: 'azure',
  providerModel: 'my-deployment',
  litellmModel: 'azure/my-deployment',
});
const ESTIMATED = { ...TOLD, source: 'estimated' } as const;

describe('CallBill', () => {
  it('prices what somebody bills, and nothing else', () => {
    const bill = new CallBill();
    bill.add(attempt(PRICED));
    bill.add({ charge: null });
    expect(bill.settle('free').map(({ microDollars }) => microDollars)).toEqual([13_000]);
  });

  it('is settled once: what the client was told is what is written down', () => {
    const bill = new CallBill();
    bill.add(attempt(PRICED));
    const told = bill.settle('free');
    bill.add(attempt(PRICED));
    expect(bill.settle('estimated')).toBe(told);
  });
});

describe('priceCharge', () => {
  it.each([
    ['told and priced', { config: PRICED, usage: TOLD }, 'none'],
    ['counted by us', { config: PRICED, usage: ESTIMATED }, 'usage'],
    ['priced by us', { config: UNPRICED, usage: TOLD }, 'price'],
    ['counted and priced by us', { config: UNPRICED, usage: ESTIMATED }, 'both'],
  ] as const)('marks what is %s', (_name, { config, usage }, estimated) => {
    expect(priceCharge(charge(config, { usage }), 'estimated').estimated).toBe(estimated);
  });

  it('charges a model without a price the most that any of its provider costs, or nothing', () => {
    const guessed = priceCharge(charge(UNPRICED), 'estimated');
    expect(guessed.price).toBe('unknown');
    // Nobody pays less for three tokens of the dearest model than for three of the cheapest.
    expect(guessed.microDollars).toBeGreaterThan(7 * 2.5 + 3 * 10);
    expect(priceCharge(charge(UNPRICED), 'free')).toMatchObject({
      microDollars: 0,
      estimated: 'none',
      price: 'unknown',
    });
  });

  it('goes by whom the answer names where the name that was asked has no price', () => {
    const answer = { answeredBy: 'gpt-4o-2024-08-06' };
    const priced = priceCharge(charge(UNPRICED, { answer }), 'estimated');
    expect(priced).toMatchObject({ microDollars: 48, estimated: 'none', price: 'known' });
  });

  it('does not ask the answer where the name has a price', () => {
    const answer = {
      get answeredBy(): string {
        throw new Error('nobody should read the answer');
      },
    };
    expect(priceCharge(charge(PRICED, { answer }), 'free').microDollars).toBe(13_000);
  });
});

describe('joinEstimates', () => {
  it.each([
    [[], 'none'],
    [['none', 'none'], 'none'],
    [['none', 'usage'], 'usage'],
    [['price', 'usage'], 'both'],
    [['both', 'none'], 'both'],
  ] as const)('makes of %j one of the whole: %s', (parts, whole) => {
    expect(joinEstimates(parts)).toBe(whole);
  });
});
