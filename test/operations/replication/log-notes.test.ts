import fc from 'fast-check';
import {
  comparePositions,
  NO_NOTES,
  parseNotes,
  reduceNotes,
  renderNotes,
  type LogMark,
} from '../../../operations/replication/log-notes';

const positionOf = (value: number): string => `0/${value.toString(16).toUpperCase()}`;
const mark = (value: number): LogMark => ({ position: positionOf(value), atSeconds: value * 10 });

describe('comparePositions', () => {
  it('compares numbers of 64 bits, not texts', () => {
    expect(comparePositions('0/FFFFFFFF', '1/0')).toBe(-1);
    expect(comparePositions('16/B374D848', '16/B374D848')).toBe(0);
    expect(comparePositions('A/0', '9/FFFFFFFF')).toBe(1);
    expect(comparePositions('100/0', 'FF/0')).toBe(1);
  });
});

describe('reduceNotes', () => {
  it('keeps the newest mark that has arrived, and all that have not', () => {
    const first = reduceNotes(NO_NOTES, { mark: mark(1), arrivedPosition: positionOf(1) });
    expect(first).toEqual({ arrived: mark(1), pending: [] });

    const second = reduceNotes(first, { mark: mark(2), arrivedPosition: positionOf(1) });
    const third = reduceNotes(second, { mark: mark(3), arrivedPosition: positionOf(1) });
    expect(third).toEqual({ arrived: mark(1), pending: [mark(2), mark(3)] });

    expect(reduceNotes(third, { mark: mark(4), arrivedPosition: positionOf(3) })).toEqual({
      arrived: mark(3),
      pending: [mark(4)],
    });
  });

  it('never tells less than the truth, however long nothing arrives', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 400 }),
        (steps) => {
          let notes = NO_NOTES;
          let arrivedAt = 0;
          steps.forEach((step, index) => {
            const now = index + 1;
            // Rare leaps: most of the time nothing arrives.
            arrivedAt = step === 0 ? now : Math.min(now, arrivedAt + (step === 1 ? 1 : 0));
            notes = reduceNotes(notes, {
              mark: mark(now),
              arrivedPosition: positionOf(arrivedAt),
            });
            if (notes.arrived !== null) {
              expect(notes.arrived.atSeconds).toBeLessThanOrEqual(arrivedAt * 10);
            }
            expect(notes.pending.length).toBeLessThanOrEqual(96);
          });
        },
      ),
    );
  });
});

describe('parseNotes', () => {
  it('reads what was rendered', () => {
    const notes = { arrived: mark(1), pending: [mark(2)] };
    expect(parseNotes(renderNotes(notes))).toEqual(notes);
    expect(parseNotes(renderNotes(NO_NOTES))).toEqual(NO_NOTES);
  });

  it.each([null, '', 'a comment of somebody', '{}', '[]', '{"pending":[{"position":"x"}]}', '1'])(
    'begins anew with %j',
    (text) => {
      expect(parseNotes(text)).toEqual(NO_NOTES);
    },
  );
});
