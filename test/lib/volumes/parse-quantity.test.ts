import fc from 'fast-check';
import { parseQuantityBytes } from '../../../lib/volumes/parse-quantity';

describe('parseQuantityBytes', () => {
  it('reads binary and decimal units, and none', () => {
    expect(parseQuantityBytes('1Gi')).toBe(1_073_741_824);
    expect(parseQuantityBytes('1.5Ti')).toBe(1_649_267_441_664);
    expect(parseQuantityBytes('2G')).toBe(2_000_000_000);
    expect(parseQuantityBytes('107374182400')).toBe(107_374_182_400);
  });

  it('knows one size by all its names', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (gib) => {
        expect(parseQuantityBytes(`${gib}Gi`)).toBe(parseQuantityBytes(`${gib * 1024}Mi`));
      }),
    );
  });

  it('finds none in what is no quantity', () => {
    for (const text of ['', 'Gi', '-1Gi', '1 Gi', '1gb', '1Xi']) {
      expect(parseQuantityBytes(text)).toBeNull();
    }
  });
});
