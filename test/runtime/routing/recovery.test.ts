import { isMostlyCoolingDown, UNTRIED } from '../../../runtime/routing/health';
import type { Health } from '../../../runtime/routing/health';
import { keepRecovered, keepPassingChecks } from '../../../runtime/routing/recovery';
import { deployment } from '../../support/gateway-config-builder';

const A = deployment({ id: 'a' });
const B = deployment({ id: 'b' });

function memory(parts: Readonly<Record<string, Partial<Health>>>): ReadonlyMap<string, Health> {
  return new Map(Object.entries(parts).map(([id, part]) => [id, { ...UNTRIED, ...part }]));
}

const PROBED = { recovery: 'awaited', coolingUntilMs: 500, probeStartMs: 900 } as const;
const RAMPING = { recovery: 'ramping', rampStartMs: 1000 } as const;

describe('keepWell', () => {
  it('drops what failed its last check', () => {
    const health = memory({ a: { failedCheckUntilMs: 1001 } });
    expect(keepPassingChecks([A, B], { health, nowMs: 1000 })).toEqual([B]);
    expect(keepPassingChecks([A, B], { health, nowMs: 1001 })).toEqual([A, B]);
  });

  it('drops nothing when that would leave nothing', () => {
    const health = memory({ a: { failedCheckUntilMs: 2000 }, b: { failedCheckUntilMs: 2000 } });
    expect(keepPassingChecks([A, B], { health, nowMs: 1000 })).toEqual([A, B]);
  });
});

describe('keepRecovered', () => {
  it('keeps others away while one request probes', () => {
    const health = memory({ a: PROBED });
    expect(keepRecovered([A, B], { health, nowMs: 1000, random: 0.5 })).toEqual([B]);
    expect(keepRecovered([A], { health, nowMs: 1000, random: 0.5 })).toEqual([]);
  });

  it('admits a ramping deployment as often as its share says', () => {
    const health = memory({ a: RAMPING });
    const count = (nowMs: number): number => {
      let admitted = 0;
      for (let draw = 0; draw < 10_000; draw += 1) {
        // Steps of the golden ratio fall evenly, in the fine digits as well.
        const random = (draw * 0.618_033_988_749_895) % 1;
        if (keepRecovered([A, B], { health, nowMs, random }).includes(A)) admitted += 1;
      }
      return admitted / 10_000;
    };
    expect(count(1000)).toBeCloseTo(0.1, 1);
    expect(count(16_000)).toBeCloseTo(0.5, 1);
    expect(count(31_000)).toBe(1);
  });

  it('does not admit it to the choices of one end alone', () => {
    const health = memory({ a: RAMPING });
    expect(keepRecovered([A, B], { health, nowMs: 1000, random: 0.05 })).toEqual([B]);
  });

  it('gives everything to a ramping deployment that has nobody beside it', () => {
    const health = memory({ a: RAMPING });
    expect(keepRecovered([A], { health, nowMs: 1000, random: 0.999_999_9 })).toEqual([A]);
  });
});

describe('isMostlyResting', () => {
  it('is a matter of less than half', () => {
    const resting = { coolingUntilMs: 2000 };
    const C = deployment({ id: 'c' });
    expect(isMostlyCoolingDown([A, B], memory({ a: resting }), 1000)).toBe(false);
    expect(isMostlyCoolingDown([A, B, C], memory({ a: resting, b: resting }), 1000)).toBe(true);
  });
});
