import type { AttemptResult, RunningStream } from '../../../runtime/dispatch/attempt';
import { Cancellation } from '../../../runtime/dispatch/cancellation';
import { Hedge } from '../../../runtime/dispatch/hedge';
import type { HedgeResult } from '../../../runtime/dispatch/hedge';
import { failure } from '../../support/failure-builder';
import { ManualClock } from '../../support/manual-clock';

const USAGE = { source: 'told', promptTokens: 1, completionTokens: 2, kinds: null } as const;
const ANSWER: AttemptResult = {
  kind: 'complete',
  headers: {},
  body: Buffer.from('{}'),
  usage: USAGE,
};
const FAILED: AttemptResult = { kind: 'failed', failure: failure() };

interface Side {
  readonly cancellation: Cancellation;
  readonly end: (result: AttemptResult) => void;
}

/** A race in which the test decides how each attempt ends; a cancelled one says so. */
function race(most = 1): {
  readonly clock: ManualClock;
  readonly call: Cancellation;
  readonly sides: Side[];
  readonly outpaced: string[];
  readonly result: Promise<HedgeResult<string>>;
} {
  const clock = new ManualClock();
  const call = new Cancellation();
  const sides: Side[] = [];
  const outpaced: string[] = [];
  const start = (cancellation: Cancellation) => ({
    target: `id-${sides.length}`,
    result: new Promise<AttemptResult>((end) => {
      sides.push({ cancellation, end });
      cancellation.listen(() => end({ kind: 'cancelled' }));
    }),
  });
  const hedge = new Hedge<string>({
    clock,
    delayMs: 100,
    most,
    cancellation: call,
    startFirst: start,
    startExtra: (cancellation) => (sides.length < 3 ? start(cancellation) : null),
    onOutpaced: (target) => outpaced.push(target),
  });
  return { clock, call, sides, outpaced, result: hedge.result };
}

describe('Hedge', () => {
  it('asks nobody else while the first one answers in time', async () => {
    const { clock, sides, result } = race();
    clock.advance(99);
    sides[0]?.end(ANSWER);
    await expect(result).resolves.toEqual({ target: 'id-0', result: ANSWER });
    expect(clock.waiting).toBe(0);
    expect(sides).toHaveLength(1);
  });

  it('takes the second one when it answers first, and hangs up on the first at once', async () => {
    const { clock, sides, result } = race();
    clock.advance(100);
    expect(sides).toHaveLength(2);
    sides[1]?.end(ANSWER);
    await expect(result).resolves.toEqual({ target: 'id-1', result: ANSWER });
    expect(sides[0]?.cancellation.reason).toBe('outpaced');
  });

  it('waits for the other one when one fails, and fails with the last', async () => {
    const { clock, sides, result } = race();
    clock.advance(100);
    sides[1]?.end(FAILED);
    await Promise.resolve();
    sides[0]?.end(FAILED);
    await expect(result).resolves.toEqual({ target: 'id-0', result: FAILED });
  });

  it('leaves a first one that fails early to the retries', async () => {
    const { clock, sides, result } = race();
    sides[0]?.end(FAILED);
    await expect(result).resolves.toMatchObject({ result: { kind: 'failed' } });
    clock.advance(1000);
    expect(sides).toHaveLength(1);
  });

  it.each([
    [1, 2],
    [2, 3],
    [3, 3],
  ])('with at most %i extra attempts makes %i in all', (most, attempts) => {
    const { clock, sides } = race(most);
    clock.advance(1000);
    expect(sides).toHaveLength(attempts);
  });

  it('ends all of them when the client leaves', async () => {
    const { clock, call, sides, result } = race();
    clock.advance(100);
    call.cancel('client-left');
    await expect(result).resolves.toMatchObject({ result: { kind: 'cancelled' } });
    expect(sides.map(({ cancellation }) => cancellation.reason)).toEqual([
      'client-left',
      'client-left',
    ]);
    expect(clock.waiting).toBe(0);
  });

  it('ends the stream of one that answers a moment too late', async () => {
    const { clock, sides, outpaced, result } = race();
    clock.advance(100);
    let aborted = 0;
    const stream: RunningStream = {
      usage: USAGE,
      usageEvent: 'shown',
      attach: () => undefined,
      abort: () => void (aborted += 1),
      pause: () => undefined,
      resume: () => undefined,
    };
    sides[1]?.end(ANSWER);
    sides[0]?.end({ kind: 'streaming', headers: {}, stream });
    await expect(result).resolves.toMatchObject({ target: 'id-1' });
    await Promise.resolve();
    expect(aborted).toBe(1);
    expect(outpaced).toEqual(['id-0']);
  });
});
