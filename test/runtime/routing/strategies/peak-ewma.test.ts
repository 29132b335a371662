import fc from 'fast-check';
import type { Load } from '../../../../runtime/routing/load';
import { selectPeakEwma } from '../../../../runtime/routing/strategies/peak-ewma';
import { aLoad } from '../../../support/a-load';
import { deployment } from '../../../support/gateway-config-builder';
import { playRequests, strategyContext } from './strategy.contract';

const A = deployment({ id: 'a' });
const B = deployment({ id: 'b' });
const C = deployment({ id: 'c' });

const answering = (streamMs: number, inFlight = 0): Load =>
  aLoad({ inFlight, answers: { stream: { valueMs: streamMs, atMs: 0 }, json: null } });

function choose(a: Load, b: Load, nowMs = 0): string | undefined {
  const loads = new Map([
    ['a', a],
    ['b', b],
  ]);
  return selectPeakEwma([A, B], strategyContext({ loads, nowMs }))?.id;
}

describe('selectPeakEwma', () => {
  it('weighs how soon a deployment answers against what it has to do', () => {
    expect(choose(answering(300), answering(200))).toBe('b');
    expect(choose(answering(300), answering(200, 1))).toBe('a');
  });

  it('asks one that was never asked first, but not again before it has answered', () => {
    expect(choose(answering(10), aLoad())).toBe('b');
    expect(choose(answering(60_000, 9), aLoad({ inFlight: 1 }))).toBe('a');
  });

  it('forgives with time', () => {
    const slow = aLoad({ answers: { stream: { valueMs: 5000, atMs: 0 }, json: null } });
    const quick = aLoad({ answers: { stream: { valueMs: 100, atMs: 50_000 }, json: null } });
    expect(choose(slow, quick, 50_000)).toBe('a');
    expect(
      choose(
        slow,
        { ...quick, answers: { ...quick.answers, stream: { valueMs: 100, atMs: 20_000 } } },
        20_000,
      ),
    ).toBe('b');
  });

  it('draws each pair as often as any other, never one twice', () => {
    const loads = new Map(
      ['a', 'b', 'c'].map((id, index) => [id, answering(100 + index)] as const),
    );
    const picks = Array.from({ length: 6 }, (_, pair) =>
      selectPeakEwma([A, B, C], strategyContext({ loads, random: (pair + 0.5) / 6 })),
    );
    // Of the six ordered pairs four have the best one, the other two have the second best.
    expect(picks.filter((pick) => pick === A)).toHaveLength(4);
    expect(picks.filter((pick) => pick === B)).toHaveLength(2);
  });

  it('gives one of three that is ten times slower less than a tenth within twenty seconds', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const picks = playRequests(selectPeakEwma, [A, B, C], {
          seed,
          requests: 200,
          firstTokenMs: { c: 2000 },
        });
        expect(picks.get('c') ?? 0).toBeLessThan(20);
      }),
      { numRuns: 50 },
    );
  });
});
