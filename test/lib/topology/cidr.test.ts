import fc from 'fast-check';
import { overlaps, parseCidr, renderCidr, splitCidr } from '../../../lib/topology/cidr';

const ranges = fc.tuple(fc.integer({ min: 8, max: 24 }), fc.nat(2 ** 16)).map(([bits, index]) => ({
  first: (index % 2 ** bits) * 2 ** (32 - bits),
  size: 2 ** (32 - bits),
  bits,
}));

describe('parseCidr', () => {
  it('reads back every range it renders', () => {
    fc.assert(
      fc.property(ranges, (range) => {
        expect(parseCidr(renderCidr(range))).toEqual(range);
      }),
    );
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '256.0.0.0/8', '10.0.0.1/16', 'fd00::/8', ''])(
    'rejects %j',
    (text) => {
      expect(parseCidr(text)).toBeNull();
    },
  );
});

describe('splitCidr', () => {
  it('covers the range without gap or overlap', () => {
    fc.assert(
      fc.property(ranges, fc.constantFrom(2, 4, 8), (range, parts) => {
        const split = splitCidr(range, parts);

        expect(split.reduce((sum, part) => sum + part.size, 0)).toBe(range.size);
        split.forEach((part, index) => {
          const next = split[index + 1];
          if (next !== undefined) expect(part.first + part.size).toBe(next.first);
          expect(split.filter((other) => overlaps(part, other))).toEqual([part]);
        });
      }),
    );
  });
});
