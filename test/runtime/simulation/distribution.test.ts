import { drawFrom, type Distribution } from '../../../runtime/simulation/distribution';
import { createSeededRandom } from '../../../runtime/simulation/seeded-random';
import { rankQuantiles } from '../../../runtime/simulation/summarize';

function drawMany(distribution: Distribution): readonly number[] {
  const random = createSeededRandom(11);
  return Array.from({ length: 20_000 }, () => drawFrom(distribution, random));
}

describe('drawFrom', () => {
  it('draws a constant without chance', () => {
    expect(drawFrom({ kind: 'constant', value: 42 }, createSeededRandom(1))).toBe(42);
  });

  it('draws a normal with its mean and deviation', () => {
    const values = drawMany({ kind: 'normal', mean: 500, deviation: 50 });
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;

    expect(Math.abs(mean - 500)).toBeLessThan(2);
    expect(Math.abs(Math.sqrt(variance) - 50)).toBeLessThan(2);
  });

  it('draws no time below nothing', () => {
    const values = drawMany({ kind: 'normal', mean: 1, deviation: 100 });

    expect(Math.min(...values)).toBe(0);
  });

  it('draws a lognormal with its median and 99th percentile', () => {
    const { p50, p99 } = rankQuantiles(drawMany({ kind: 'lognormal', median: 400, p99: 1600 }));

    expect(p50).toBeGreaterThan(385);
    expect(p50).toBeLessThan(415);
    expect(p99).toBeGreaterThan(1450);
    expect(p99).toBeLessThan(1750);
  });
});
