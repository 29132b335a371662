import { EMPTY_DIGEST, isSameDigest, reduceDigest } from '../../../runtime/ledger/digest';
import { entry } from '../../support/ledger-builder';

describe('reduceDigest', () => {
  it('counts calls, the highest number and the sum, in any order', () => {
    const some = [entry(1, { microDollars: 5 }), entry(4, { calls: 3, microDollars: -2 })];
    const expected = { calls: 4, maxSeq: 4, microDollars: 3 };
    expect(reduceDigest(EMPTY_DIGEST, some)).toEqual(expected);
    expect(reduceDigest(EMPTY_DIGEST, [...some].reverse())).toEqual(expected);
  });
});

describe('isSameDigest', () => {
  it.each(['calls', 'maxSeq', 'microDollars'] as const)('sees a difference in %s', (field) => {
    expect(isSameDigest(EMPTY_DIGEST, { ...EMPTY_DIGEST })).toBe(true);
    expect(isSameDigest(EMPTY_DIGEST, { ...EMPTY_DIGEST, [field]: 1 })).toBe(false);
  });
});
