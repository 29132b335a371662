import { calcPrice, findProvider } from '@pydantic/genai-prices';
import type { ModelInfo } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { priceUse } from '../../../lib/prices';
import {
  findDearestPrice,
  findListedModel,
  selectListedPrice,
} from '../../../lib/prices/list-price';

const PROVIDERS = [
  'anthropic',
  'aws',
  'azure',
  'cerebras',
  'cohere',
  'deepseek',
  'fireworks',
  'google',
  'groq',
  'mistral',
  'moonshotai',
  'openai',
  'openrouter',
  'perplexity',
  'together',
  'x-ai',
  'zhipuai',
];

/** Every model of the list that is priced by tokens. */
const MODELS = PROVIDERS.flatMap((provider) =>
  (findProvider({ providerId: provider })?.models ?? []).map((model) => ({ provider, model })),
);

const NO_AUDIO = { audioPrompt: 0, audioCompletion: 0, cacheWriteHour: 0 };

describe('findListedModel', () => {
  it('prices any use of any model at any time as the list’s own arithmetic does', () => {
    const moments = fc.date({
      min: new Date('2025-01-01'),
      max: new Date('2027-12-31'),
      noInvalidDate: true,
    });
    const uses = fc.record({
      prompt: fc.integer({ min: 0, max: 600_000 }),
      completion: fc.integer({ min: 0, max: 50_000 }),
      cached: fc.integer({ min: 0, max: 100 }),
      thought: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...MODELS), moments, uses, ({ provider, model }, at, use) => {
        const cacheRead = Math.floor((use.prompt * use.cached) / 200);
        const cacheWrite = Math.floor((use.prompt * use.cached) / 300);
        const reasoning = Math.floor((use.completion * use.thought) / 100);
        const theirs = calcPrice(
          {
            input_tokens: use.prompt,
            output_tokens: use.completion,
            cache_read_tokens: cacheRead,
            cache_write_tokens: cacheWrite,
            output_reasoning_tokens: reasoning,
          },
          model.id,
          { providerId: provider, timestamp: at },
        );
        const listed = findListedModel(provider, model.id);
        const price = listed === null ? null : selectListedPrice(listed, at.getTime());
        if (theirs === null || price === null) {
          expect([theirs, price]).toEqual([null, null]);
          return;
        }
        const kinds = { ...NO_AUDIO, cacheRead, cacheWrite, reasoning };
        const tokens = { promptTokens: use.prompt, completionTokens: use.completion };
        const ours = (priceUse({ ...tokens, kinds, seconds: 0 }, price) ?? NaN) / 1_000_000;
        expect(Math.abs(ours - theirs.total_price)).toBeLessThanOrEqual(0.000_000_6);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads every condition that the list has', () => {
    const conditional = MODELS.map(({ model }) => model).filter(({ prices }) =>
      Array.isArray(prices),
    );
    expect(conditional.length).toBeGreaterThan(5);
    for (const { id, prices } of conditional as readonly (ModelInfo & {
      prices: readonly object[];
    })[]) {
      for (const { constraint } of prices as readonly { readonly constraint?: object }[]) {
        const times = Object.values(constraint ?? {}).filter((value) => /\d/.test(String(value)));
        for (const time of times) {
          expect(`${id}: ${String(time)}`).toMatch(/: (\d{4}-\d{2}-\d{2}|\d{2}:\d{2}:\d{2}Z)$/);
        }
      }
    }
  });

  it('has none where the list has none', () => {
    expect(findListedModel('openai', 'unheard-of')).toBeNull();
    expect(findListedModel('nobody', 'gpt-4o')).toBeNull();
  });
});

describe('findDearestPrice', () => {
  it.each(PROVIDERS)('is above everything that %s lists, for every kind of token', (provider) => {
    const dearest = findDearestPrice(provider);
    if (dearest === null) throw new Error('the list has the provider');
    for (const { id } of findProvider({ providerId: provider })?.models ?? []) {
      const listed = findListedModel(provider, id);
      for (const { price } of listed?.prices ?? []) {
        for (const rates of [price.rates, ...price.tiers.map((tier) => tier.rates)]) {
          expect(dearest.rates.input).toBeGreaterThanOrEqual(rates.input);
          expect(dearest.rates.output).toBeGreaterThanOrEqual(rates.output);
          expect(dearest.rates.cacheWrite ?? 0).toBeGreaterThanOrEqual(rates.cacheWrite ?? 0);
          expect(dearest.rates.audioOutput ?? 0).toBeGreaterThanOrEqual(rates.audioOutput ?? 0);
        }
      }
    }
  });

  it('has none of a provider that only sounds like one of the list', () => {
    expect(findDearestPrice('my-openai')).toBeNull();
  });
});
