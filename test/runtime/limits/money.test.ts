import {
  convertToDollars,
  convertToMicroDollars,
  convertToMicroDollarsAtLeast,
} from '../../../runtime/limits/money';

describe('convertToMicroDollars', () => {
  it('rounds to whole micro-dollars, and back', () => {
    expect(convertToMicroDollars(0.1 + 0.2)).toBe(300_000);
    expect(convertToDollars(300_000)).toBe(0.3);
  });
});

describe('convertToMicroDollarsAtLeast', () => {
  it('rounds up what costs a part of one, and not the dust of binary fractions', () => {
    expect(convertToMicroDollarsAtLeast(0.0000011)).toBe(2);
    expect(convertToMicroDollarsAtLeast(0.1 + 0.2)).toBe(300_000);
  });

  it('stays a number that sums are exact in', () => {
    expect(convertToMicroDollarsAtLeast(1e300)).toBe(Number.MAX_SAFE_INTEGER);
  });
});
