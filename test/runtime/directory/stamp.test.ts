import fc from 'fast-check';
import {
  isStamp,
  MOST_AHEAD_MS,
  parseStamp,
  renderStamp,
  StampAheadError,
  StampClock,
} from '../../../runtime/directory/stamp';

const HOUR_MS = 3_600_000;
const NOON_MS = 1_700_000_000_000;

/** A time of day that the test sets. */
function aWall(): { ms: number; wallMs(): number } {
  return {
    ms: NOON_MS,
    wallMs() {
      return this.ms;
    },
  };
}

const STAMPS = fc.record({
  wallMs: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  counter: fc.integer({ min: 0, max: 0xffff }),
  replica: fc.stringMatching(/^[a-z0-9-]{1,8}$/),
});

describe('renderStamp', () => {
  it('is read back by parseStamp', () => {
    fc.assert(
      fc.property(STAMPS, (stamp) => expect(parseStamp(renderStamp(stamp))).toEqual(stamp)),
    );
  });

  it('sorts as text like its moments', () => {
    fc.assert(
      fc.property(STAMPS, STAMPS, (a, b) => {
        fc.pre(a.wallMs !== b.wallMs || a.counter !== b.counter);
        const before = a.wallMs < b.wallMs || (a.wallMs === b.wallMs && a.counter < b.counter);
        expect(renderStamp(a) < renderStamp(b)).toBe(before);
      }),
    );
  });
});

describe('parseStamp', () => {
  it.each(['', '2023-11-14', 'zz8bcfe56800-0000-a', '018bcfe56800-0000-'])('rejects %j', (text) => {
    expect(isStamp(text)).toBe(false);
    expect(() => parseStamp(text)).toThrow(
      `a stamp must be <12 hex digits>-<4 hex digits>-<replica>, got ${text}`,
    );
  });
});

describe('StampClock', () => {
  it('counts on while the time of day stands still', () => {
    const stamps = new StampClock(aWall(), 'a');
    expect([stamps.next(), stamps.next()]).toEqual(['018bcfe56800-0000-a', '018bcfe56800-0001-a']);
  });

  it('goes on in the next millisecond when the counter is full', () => {
    const stamps = new StampClock(aWall(), 'a');
    stamps.observe(renderStamp({ wallMs: NOON_MS, counter: 0xffff, replica: 'b' }));
    expect(parseStamp(stamps.next())).toEqual({ wallMs: NOON_MS + 1, counter: 0, replica: 'a' });
  });

  it('does not count back for a stamp that it left behind within the millisecond', () => {
    const stamps = new StampClock(aWall(), 'a');
    const made = Array.from({ length: 10 }, () => stamps.next());
    stamps.observe(renderStamp({ wallMs: NOON_MS, counter: 3, replica: 'b' }));
    expect(made).not.toContain(stamps.next());
  });

  it('makes stamps that only ever rise, whatever it observes and however the clock jumps', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('jump'), ms: fc.integer({ min: -HOUR_MS, max: HOUR_MS }) }),
      fc.record({ kind: fc.constant('observe'), ms: fc.integer({ min: -HOUR_MS, max: HOUR_MS }) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const wall = aWall();
        const stamps = new StampClock(wall, 'm');
        let highest = stamps.next();
        for (const { kind, ms } of steps) {
          if (kind === 'jump') wall.ms = NOON_MS + ms;
          else {
            const seen = renderStamp({ wallMs: NOON_MS + ms, counter: 7, replica: 'z' });
            stamps.observe(seen);
            if (seen > highest) highest = seen;
          }
          const made = stamps.next();
          expect(made > highest).toBe(true);
          highest = made;
        }
      }),
    );
  });

  it('follows a replica whose clock is an hour ahead', () => {
    const stamps = new StampClock(aWall(), 'a');
    const ahead = renderStamp({ wallMs: NOON_MS + HOUR_MS, counter: 3, replica: 'b' });
    stamps.observe(ahead);
    expect(parseStamp(stamps.next())).toEqual({
      wallMs: NOON_MS + HOUR_MS,
      counter: 4,
      replica: 'a',
    });
  });

  it('rejects a stamp from far in the future, and stays where it was', () => {
    const stamps = new StampClock(aWall(), 'a');
    const far = renderStamp({ wallMs: NOON_MS + MOST_AHEAD_MS + 60_000, counter: 0, replica: 'b' });
    expect(() => stamps.observe(far)).toThrow(new StampAheadError(far, NOON_MS));
    expect(() => stamps.observe(far)).toThrow(
      `stamp ${far} must be at most 180 minutes ahead of this clock, got 181; ` +
        'correct the clock of the replica that made it',
    );
    expect(parseStamp(stamps.next()).wallMs).toBe(NOON_MS);
  });

  it('rejects a name of a replica that would not fit into a stamp', () => {
    expect(() => new StampClock(aWall(), 'a b')).toThrow(
      'the name of a replica must be 1 to 64 letters, digits, ".", "_" or "-", got "a b"',
    );
  });
});
