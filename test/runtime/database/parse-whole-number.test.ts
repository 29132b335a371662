import { parseWholeNumber } from '../../../runtime/database/parse-whole-number';

describe('parseWholeNumber', () => {
  it('reads what a number holds exactly', () => {
    expect(parseWholeNumber('-9007199254740991')).toBe(-9_007_199_254_740_991);
    expect(parseWholeNumber('0')).toBe(0);
  });

  it('rejects what it does not', () => {
    expect(() => parseWholeNumber('9007199254740993')).toThrow(
      'the database holds a whole number beyond 2^53 - 1',
    );
  });
});
