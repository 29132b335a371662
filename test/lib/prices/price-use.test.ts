import fc from 'fast-check';
import { FREE, parseCosts, priceUse } from '../../../lib/prices';
import type { ModelPrice, PricedUse, TokenKinds } from '../../../lib/prices';

const price = (input: number, output: number): ModelPrice =>
  parseCosts({ input_cost_per_token: input, output_cost_per_token: output }) ?? FREE;

const PRICE = price(0.0000025, 0.00001);

function use(
  promptTokens: number,
  completionTokens: number,
  kinds: Partial<TokenKinds> = {},
): PricedUse {
  const none = {
    cacheRead: 0,
    cacheWrite: 0,
    cacheWriteHour: 0,
    audioPrompt: 0,
    audioCompletion: 0,
  };
  const all = { ...none, reasoning: 0, ...kinds };
  return {
    promptTokens,
    completionTokens,
    kinds: Object.keys(kinds).length === 0 ? null : all,
    seconds: 0,
  };
}

describe('priceUse', () => {
  it('adds what the prompt and the answer cost, in millionths of a dollar', () => {
    expect(priceUse(use(1000, 100), PRICE)).toBe(3500);
  });

  it.each([
    [1, 0.0000005, 1],
    [1, 0.00000049, 0],
    [10, 0.00000015, 2],
    [3, 0.0000005, 2],
  ])('rounds %d tokens at %d dollars half up', (prompt, input, expected) => {
    expect(priceUse(use(prompt, 0), price(input, 0))).toBe(expected);
  });

  it('prices every whole number of micro-dollars exactly', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(10_000), (prompt, microPerToken) => {
        expect(priceUse(use(prompt, 0), price(microPerToken / 1_000_000, 0))).toBe(
          prompt * microPerToken,
        );
      }),
    );
  });

  it('rounds the sum and not its parts: cached tokens of a cheap model cost next to nothing each', () => {
    const cheap = parseCosts({
      input_cost_per_token: 5e-8,
      output_cost_per_token: 4e-7,
      cache_read_input_token_cost: 5e-9,
    });
    // 100 × 0.005 + 10 × 0.05 + 1 × 0.4 millionths; each part alone would be rounded down.
    expect(priceUse(use(110, 1, { cacheRead: 100 }), cheap ?? FREE)).toBe(1);
  });

  const KINDS = parseCosts({
    input_cost_per_token: 1e-6,
    output_cost_per_token: 2e-6,
    cache_read_input_token_cost: 1e-7,
    cache_creation_input_token_cost: 1.25e-6,
    cache_creation_input_token_cost_above_1hr: 2e-6,
    input_cost_per_audio_token: 1e-5,
    output_cost_per_audio_token: 2e-5,
    output_cost_per_reasoning_token: 3e-6,
  });

  it.each([
    ['read from the cache', use(1000, 0, { cacheRead: 900 }), 100 + 90],
    ['put into the cache', use(1000, 0, { cacheWrite: 800 }), 200 + 1000],
    ['put there for an hour', use(1000, 0, { cacheWriteHour: 800 }), 200 + 1600],
    ['of sound that came', use(1000, 0, { audioPrompt: 100 }), 900 + 1000],
    ['of sound that was made', use(0, 1000, { audioCompletion: 100 }), 1800 + 2000],
    ['that were thought', use(0, 1000, { reasoning: 600 }), 800 + 1800],
  ])('prices tokens %s apart', (_name, used, expected) => {
    expect(priceUse(used, KINDS ?? FREE)).toBe(expected);
  });

  it('prices a kind like text where it has no price of its own', () => {
    const every = { cacheRead: 1, cacheWrite: 1, cacheWriteHour: 1, audioPrompt: 1 };
    const used = use(10, 10, { ...every, audioCompletion: 1, reasoning: 1 });
    expect(priceUse(used, price(1e-6, 2e-6))).toBe(30);
    const costs = { input_cost_per_token: 1e-6, cache_creation_input_token_cost: 5e-6 };
    expect(priceUse(use(1, 0, { cacheWriteHour: 1 }), parseCosts(costs) ?? FREE)).toBe(5);
  });

  it('never gives a discount where the parts are more than their whole', () => {
    expect(priceUse(use(10, 10, { cacheRead: 100, reasoning: 100 }), KINDS ?? FREE)).toBe(10 + 300);
  });

  it('takes the price of long prompts for the whole of the call, above its bound alone', () => {
    const tiered = parseCosts({
      input_cost_per_token: 1e-6,
      output_cost_per_token: 2e-6,
      input_cost_per_token_above_128k_tokens: 2e-6,
      input_cost_per_token_above_200k_tokens: 4e-6,
      output_cost_per_token_above_200k_tokens: 8e-6,
    });
    const cost = (prompt: number): number | null => priceUse(use(prompt, 10), tiered ?? FREE);
    expect(cost(128_000)).toBe(128_000 + 20);
    expect(cost(128_001)).toBe(256_002 + 20);
    expect(cost(200_000)).toBe(400_000 + 20);
    expect(cost(200_001)).toBe(800_004 + 80);
  });

  it('adds what is due for the time and for the request', () => {
    const timed = parseCosts({ input_cost_per_second: 0.001, input_cost_per_request: 0.005 });
    expect(priceUse({ ...use(10, 10), seconds: 2.5 }, timed ?? FREE)).toBe(7500);
  });

  it.each([
    ['negative tokens', use(-1, 0), PRICE],
    ['a negative price', use(1, 0), price(-1, 0)],
    ['what is no number', use(NaN, 0), PRICE],
    ['more than can be counted', use(1e12, 0), price(1, 0)],
    ['a time that is no number', { ...use(1, 1), seconds: NaN }, PRICE],
  ])('rejects %s', (_name, used, given) => {
    expect(priceUse(used, given)).toBeNull();
  });
});

describe('parseCosts', () => {
  it('says nothing where nothing is said', () => {
    expect(parseCosts({})).toBeNull();
    expect(parseCosts({ max_tokens: 5 })).toBeNull();
  });

  it('takes a price that is left out for none', () => {
    expect(parseCosts({ output_cost_per_token: 1 })?.rates).toMatchObject({ input: 0, output: 1 });
  });
});
