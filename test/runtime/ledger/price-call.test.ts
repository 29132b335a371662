import fc from 'fast-check';
import { priceCall } from '../../../runtime/ledger/price-call';

const PRICE = { input: 0.0000025, output: 0.00001 };

describe('priceCall', () => {
  it('adds what the prompt and the answer cost, in millionths of a dollar', () => {
    expect(priceCall({ prompt: 1000, completion: 100 }, PRICE)).toBe(3500);
  });

  it.each([
    [1, 0.0000005, 1],
    [1, 0.00000049, 0],
    [10, 0.00000015, 2],
    [3, 0.0000005, 2],
  ])('rounds %d tokens at %d dollars half up', (prompt, input, expected) => {
    expect(priceCall({ prompt, completion: 0 }, { input, output: 0 })).toBe(expected);
  });

  it('prices every whole number of micro-dollars exactly', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(10_000), (prompt, microPerToken) => {
        const input = microPerToken / 1_000_000;
        expect(priceCall({ prompt, completion: 0 }, { input, output: 0 })).toBe(
          prompt * microPerToken,
        );
      }),
    );
  });

  it.each([
    ['negative tokens', { prompt: -1, completion: 0 }, PRICE],
    ['a negative price', { prompt: 1, completion: 0 }, { input: -1, output: 0 }],
    ['what is no number', { prompt: NaN, completion: 0 }, PRICE],
    ['more than can be counted', { prompt: 1e12, completion: 0 }, { input: 1, output: 0 }],
  ])('rejects %s', (_name, tokens, price) => {
    expect(priceCall(tokens, price)).toBeNull();
  });
});
