import fc from 'fast-check';
import {
  planInitialShares,
  planTransfers,
  reduceShares,
} from '../../../runtime/limits/budget-shares';
import type { Transfer } from '../../../runtime/limits/transfer';

function weights(...regions: readonly string[]): { region: string; weight: number }[] {
  return regions.map((region) => ({ region, weight: 1 }));
}

function transfer(
  stamp: string,
  [from, to]: readonly [string, string],
  microDollars: number,
): Transfer {
  return {
    stamp,
    quotaId: 'key:a:budget',
    window: 0,
    fromRegion: from,
    toRegion: to,
    microDollars,
  };
}

describe('planInitialShares', () => {
  it('divides equally, and gives what does not divide to the first', () => {
    expect([...planInitialShares(100, weights('a', 'b', 'c'))]).toEqual([
      ['a', 34],
      ['b', 33],
      ['c', 33],
    ]);
  });

  it('divides by weight', () => {
    const regions = [
      { region: 'a', weight: 3 },
      { region: 'b', weight: 1 },
    ];
    expect([...planInitialShares(1000, regions)]).toEqual([
      ['a', 750],
      ['b', 250],
    ]);
  });

  it('adds up to the whole, whatever the weights', () => {
    const regions = fc
      .array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 8 })
      .map((list) => list.map((weight, at) => ({ region: `r${at}`, weight })));
    fc.assert(
      fc.property(fc.nat(1_000_000_000), regions, (limit, list) => {
        const parts = [...planInitialShares(limit, list).values()];
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(limit);
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('reduceShares', () => {
  const initial = new Map([
    ['a', 50],
    ['b', 50],
  ]);

  it('moves what was handed over from the giver to the taker', () => {
    expect([...reduceShares(initial, [transfer('1', ['a', 'b'], 20)])]).toEqual([
      ['a', { received: 50, given: 20 }],
      ['b', { received: 70, given: 0 }],
    ]);
  });

  it('counts a transfer once, however often and in whatever order it is told', () => {
    const transfers = [transfer('1', ['a', 'b'], 20), transfer('2', ['b', 'a'], 5)];
    const expected = reduceShares(initial, transfers);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...transfers), { maxLength: 6 }), (more) => {
        expect(reduceShares(initial, [...more, ...transfers].reverse())).toEqual(expected);
      }),
    );
  });
});

describe('planTransfers', () => {
  function money(free: readonly number[]): { region: string; freeMicroDollars: number }[] {
    return free.map((freeMicroDollars, at) => ({ region: `r${at}`, freeMicroDollars }));
  }

  it('fills a region that runs low up to the mean', () => {
    expect(planTransfers('r0', money([90, 10]))).toEqual([{ toRegion: 'r1', microDollars: 40 }]);
    expect(planTransfers('r1', money([90, 10]))).toEqual([]);
  });

  it('shares the help among the givers by what they can spare', () => {
    const regions = money([90, 60, 0]);
    expect(planTransfers('r0', regions)).toEqual([{ toRegion: 'r2', microDollars: 40 }]);
    expect(planTransfers('r1', regions)).toEqual([{ toRegion: 'r2', microDollars: 10 }]);
  });

  it('moves nothing between regions that have enough', () => {
    expect(planTransfers('r0', money([60, 40]))).toEqual([]);
  });

  it('takes a region that has overspent for one that has nothing', () => {
    expect(planTransfers('r0', money([60, -100]))).toEqual([{ toRegion: 'r1', microDollars: 30 }]);
  });

  it('comes to rest after one round of agreed views', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 2, maxLength: 8 }), (free) => {
        const after = [...free];
        free.forEach((_, giver) => {
          for (const { toRegion, microDollars } of planTransfers(`r${giver}`, money(free))) {
            const to = Number(toRegion.slice(1));
            after[giver] = (after[giver] ?? 0) - microDollars;
            after[to] = (after[to] ?? 0) + microDollars;
          }
        });
        expect(Math.min(...after)).toBeGreaterThanOrEqual(0);
        const again = after.flatMap((_, giver) => planTransfers(`r${giver}`, money(after)));
        // Whole micro-dollars: of a few of them a part may be left over.
        const moved = again.reduce((sum, { microDollars }) => sum + microDollars, 0);
        expect(moved).toBeLessThanOrEqual(free.length * free.length);
      }),
    );
  });
});
