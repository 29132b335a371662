import {
  reduceEnd,
  reduceFirstToken,
  reduceMishap,
  reduceStart,
  reduceWhole,
  selectMinuteUse,
  UNUSED,
} from '../../../runtime/routing/load';
import type { End, Load } from '../../../runtime/routing/load';
import { selectPeakMs } from '../../../runtime/routing/peak-ewma';
import { failure } from '../../support/failure-builder';
import { aLoad } from '../../support/a-load';

const TURN = { start: 0, finish: 1 };

const start = (load: Load, wallMs: number, promptTokens = 100): Load =>
  reduceStart(load, { wallMs, promptTokens, turn: TURN });

const end = (load: Load, parts: Partial<End> = {}): Load =>
  reduceEnd(load, {
    wallMs: 1000,
    startedWallMs: 0,
    promptTokens: 100,
    tokens: { prompt: 80, completion: 20 },
    dollars: 0.5,
    ...parts,
  });

describe('reduceStart', () => {
  it('counts the request and an estimate of its tokens before it is over', () => {
    expect(start(start(UNUSED, 0), 59_999)).toMatchObject({
      inFlight: 2,
      minute: 0,
      requests: 2,
      tokens: 200,
      turn: TURN,
    });
  });

  it('counts each minute anew, what is in flight through all of them', () => {
    expect(start(start(UNUSED, 59_999), 60_000)).toMatchObject({
      inFlight: 2,
      minute: 1,
      requests: 1,
      tokens: 100,
    });
  });
});

describe('reduceEnd', () => {
  it('puts what was used in place of the estimate', () => {
    expect(end(start(UNUSED, 0))).toMatchObject({
      inFlight: 0,
      requests: 1,
      tokens: 100,
      spentDollars: 0.5,
    });
    expect(end(start(UNUSED, 0), { tokens: { prompt: 500, completion: 50 } }).tokens).toBe(550);
  });

  it('keeps the estimate when nobody says what was used', () => {
    expect(end(start(UNUSED, 0), { tokens: null }).tokens).toBe(100);
  });

  it('counts the answer of a request of an earlier minute, and no tokens twice', () => {
    const later = end(start(UNUSED, 59_000), { startedWallMs: 59_000, wallMs: 61_000 });
    expect(later).toMatchObject({ minute: 1, requests: 0, tokens: 20 });
  });

  it('never counts below nothing', () => {
    expect(end(UNUSED, { tokens: { prompt: 0, completion: 0 } })).toMatchObject({
      inFlight: 0,
      tokens: 0,
    });
  });
});

describe('selectMinuteUse', () => {
  it('is nothing for a deployment that was not asked in this minute', () => {
    expect(selectMinuteUse(start(UNUSED, 0), 60_000)).toEqual({ requests: 0, tokens: 0 });
  });
});

describe('reduceFirstToken', () => {
  const first = { nowMs: 1000, afterMs: 300, listSize: 3 };

  it('keeps the time to the first token of streams apart from the time to documents', () => {
    const stream = reduceFirstToken(UNUSED, { ...first, delivery: 'stream' });
    expect(stream.firstTokens.map(({ value }) => value)).toEqual([0.3]);
    expect(stream.answers).toEqual({ json: null, stream: { valueMs: 300, atMs: 1000 } });
    const json = reduceFirstToken(UNUSED, { ...first, delivery: 'json' });
    expect(json.firstTokens).toEqual([]);
    expect(json.answers).toEqual({ json: { valueMs: 300, atMs: 1000 }, stream: null });
  });

  it('rises at once and falls slowly', () => {
    const slow = reduceFirstToken(UNUSED, { ...first, delivery: 'stream', afterMs: 3000 });
    const quick = reduceFirstToken(slow, { ...first, delivery: 'stream', nowMs: 2000 });
    expect(quick.answers.stream?.valueMs).toBeCloseTo(300 + 2700 * Math.exp(-0.1));
    const again = reduceFirstToken(quick, { ...first, delivery: 'stream', afterMs: 5000 });
    expect(again.answers.stream?.valueMs).toBe(5000);
  });
});

describe('reduceWhole', () => {
  it('keeps the last samples, the oldest leaving first', () => {
    const load = [10, 20, 30, 40, 50].reduce(
      (before, completionTokens, index) =>
        reduceWhole(before, {
          nowMs: index,
          wholeMs: completionTokens * completionTokens,
          completionTokens,
          listSize: 3,
        }),
      UNUSED,
    );
    expect(load.latencies.map(({ value }) => Math.round(value * 1000))).toEqual([30, 40, 50]);
  });

  it('counts an answer without a token as one token', () => {
    const load = reduceWhole(UNUSED, { nowMs: 0, wholeMs: 500, completionTokens: 0, listSize: 3 });
    expect(load.latencies[0]?.value).toBe(0.5);
  });
});

describe('reduceMishap', () => {
  const mishap = { nowMs: 1000, delivery: 'stream', listSize: 10 } as const;

  it('makes a deployment that fails at once seem slow, and twice as slow if it was', () => {
    expect(reduceMishap(UNUSED, failure(), mishap).answers.stream?.valueMs).toBe(1000);
    const slow = aLoad({ answers: { json: null, stream: { valueMs: 4000, atMs: 0 } } });
    expect(reduceMishap(slow, failure(), mishap).answers.stream?.valueMs).toBe(8000);
  });

  it('puts a penalty among the samples for a timeout alone', () => {
    const timeout = reduceMishap(UNUSED, failure({ kind: 'provider_timeout' }), mishap);
    const penalty = { value: 1000, atMs: 1000, kind: 'penalty' };
    expect(timeout).toMatchObject({ latencies: [penalty], firstTokens: [penalty] });
    expect(reduceMishap(UNUSED, failure(), mishap).latencies).toEqual([]);
  });

  it.each(['provider_bad_request', 'provider_rate_limit'] as const)(
    'does not take %s for slowness',
    (kind) => {
      expect(reduceMishap(UNUSED, failure({ kind }), mishap)).toBe(UNUSED);
    },
  );

  it('is forgiven with time', () => {
    const { stream } = reduceMishap(UNUSED, failure(), mishap).answers;
    if (stream === null) throw new Error('nothing was remembered');
    expect(selectPeakMs(stream, 11_000)).toBeCloseTo(1000 / Math.E);
  });
});
