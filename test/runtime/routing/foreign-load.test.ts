import fc from 'fast-check';
import { reduceForeignLoad } from '../../../runtime/routing/foreign-load';
import type { ForeignLoad } from '../../../runtime/routing/foreign-load';
import { UNUSED } from '../../../runtime/routing/load';
import { aLoad } from '../../support/a-load';

const answer = fc.option(fc.record({ valueMs: fc.nat(10_000), atMs: fc.nat(1000) }));
const loads: fc.Arbitrary<ForeignLoad> = fc.record({
  inFlight: fc.nat(100),
  minute: fc.nat(2),
  requests: fc.nat(100),
  tokens: fc.nat(1000),
  answers: fc.record({ json: answer, stream: answer }),
});

describe('reduceForeignLoad', () => {
  it('adds what was counted in the same minute', () => {
    const own = aLoad({ inFlight: 1, minute: 7, requests: 2, tokens: 30, spentDollars: 4 });
    const other = aLoad({ inFlight: 5, minute: 7, requests: 6, tokens: 70 });
    expect(reduceForeignLoad(own, other)).toEqual({
      ...own,
      inFlight: 6,
      requests: 8,
      tokens: 100,
    });
  });

  it('counts only the later minute, whoever has come to it', () => {
    const early = aLoad({ minute: 7, requests: 2, tokens: 30 });
    const late = aLoad({ minute: 8, requests: 1, tokens: 5 });
    const expected = { minute: 8, requests: 1, tokens: 5 };
    expect(reduceForeignLoad(early, late)).toMatchObject(expected);
    expect(reduceForeignLoad(late, early)).toMatchObject(expected);
  });

  it('takes the slower of two averages, each as much of it as is left by now', () => {
    const old = { valueMs: 1000, atMs: 0 };
    const fresh = { valueMs: 500, atMs: 10_000 };
    const own = aLoad({ answers: { json: old, stream: null } });
    const other = aLoad({ answers: { json: fresh, stream: old } });
    expect(reduceForeignLoad(own, other).answers).toEqual({ json: fresh, stream: old });
  });

  it('comes to the same in whatever order the replicas are heard', () => {
    fc.assert(
      fc.property(loads, loads, loads, (a, b, c) => {
        const counts = ({ answers: _, ...rest }: ForeignLoad): unknown => rest;
        expect(counts(reduceForeignLoad(a, b))).toEqual(counts(reduceForeignLoad(b, a)));
        expect(reduceForeignLoad(reduceForeignLoad(a, b), c)).toEqual(
          reduceForeignLoad(a, reduceForeignLoad(b, c)),
        );
        expect(reduceForeignLoad(UNUSED, a)).toEqual({ ...UNUSED, ...a });
      }),
    );
  });
});
