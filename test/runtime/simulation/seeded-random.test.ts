import {
  createSeededRandom,
  drawBetween,
  drawOne,
  drawWhole,
  mixSeeds,
} from '../../../runtime/simulation/seeded-random';

describe('createSeededRandom', () => {
  it('gives the numbers of Mulberry32', () => {
    const random = createSeededRandom(1);

    expect([random.next(), random.next(), random.next()]).toEqual([
      0.6270739405881613, 0.002735721180215478, 0.5274470399599522,
    ]);
  });

  it('spreads evenly', () => {
    const random = createSeededRandom(7);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 10_000; draw += 1) {
      const tenth = Math.floor(random.next() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }

    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});

describe('mixSeeds', () => {
  it('gives neighbours seeds that have nothing in common', () => {
    const seeds = Array.from({ length: 1000 }, (_, index) => mixSeeds(1, index));

    expect(new Set(seeds).size).toBe(1000);
    expect(mixSeeds(1, 2)).not.toBe(mixSeeds(2, 1));
    expect(mixSeeds(1, 2)).toBe(mixSeeds(1, 2));
  });
});

describe('drawWhole', () => {
  it('draws both ends and nothing beyond', () => {
    const random = createSeededRandom(3);
    const drawn = new Set(Array.from({ length: 200 }, () => drawWhole(random, 2, 4)));

    expect([...drawn].sort()).toEqual([2, 3, 4]);
  });
});

describe('drawBetween and drawOne', () => {
  it('stay within what they are given', () => {
    const nearlyOne = { next: () => 0.999999 };

    expect(drawBetween(nearlyOne, 5, 6)).toBeCloseTo(6);
    expect(drawOne(nearlyOne, ['a', 'b', 'c'])).toBe('c');
    expect(drawOne({ next: () => 0 }, ['a', 'b', 'c'])).toBe('a');
  });
});
