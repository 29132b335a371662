import fc from 'fast-check';
import { selectByAffinity } from '../../../runtime/routing/affinity';
import { deployment } from '../../support/gateway-config-builder';

const KEYS = Array.from({ length: 2000 }, (_, index) => `key-${index}`);

const group = (size: number) =>
  Array.from({ length: size }, (_, index) => deployment({ id: `deployment-${index}` }));

describe('selectByAffinity', () => {
  it('moves only the keys of the deployment that leaves, about one of n', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.nat(7), (size, index) => {
        const all = group(size);
        const leaving = all[index % size];
        const rest = all.filter((each) => each !== leaving);
        const homes = KEYS.map((key) => ({ key, home: selectByAffinity(all, key) }));
        const staying = homes.filter(({ home }) => home !== leaving);
        for (const { key, home } of staying) expect(selectByAffinity(rest, key)).toBe(home);
        const moved = (KEYS.length - staying.length) / KEYS.length;
        expect(Math.abs(moved - 1 / size)).toBeLessThan(0.06);
      }),
      { numRuns: 30 },
    );
  });

  it('spreads the keys of the one that left over all others', () => {
    const all = group(4);
    const [leaving, ...rest] = all;
    const heirs = KEYS.filter((key) => selectByAffinity(all, key) === leaving).map((key) =>
      selectByAffinity(rest, key),
    );
    for (const heir of rest) {
      const share = heirs.filter((each) => each === heir).length / heirs.length;
      expect(Math.abs(share - 1 / 3)).toBeLessThan(0.08);
    }
  });

  it('shares the keys by weight', () => {
    const [one, three] = [
      deployment({ id: 'one', weight: 1 }),
      deployment({ id: 'three', weight: 3 }),
    ];
    const share = KEYS.filter((key) => selectByAffinity([one, three], key) === three).length;
    expect(Math.abs(share / KEYS.length - 0.75)).toBeLessThan(0.04);
  });

  it('does not depend on the order of the deployments', () => {
    const all = group(5);
    for (const key of KEYS.slice(0, 100)) {
      expect(selectByAffinity([...all].reverse(), key)).toBe(selectByAffinity(all, key));
    }
  });

  it('chooses nobody when there is nobody', () => {
    expect(selectByAffinity([], 'key')).toBeNull();
  });
});
