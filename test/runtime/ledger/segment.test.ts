import { EMPTY_DIGEST } from '../../../runtime/ledger/digest';
import { renderFrame } from '../../../runtime/ledger/frame';
import {
  parseSegment,
  parseSegmentName,
  renderSegment,
  renderSegmentName,
} from '../../../runtime/ledger/segment';
import { entries, PARTITION } from '../../support/ledger-builder';

const HEADER = { partition: PARTITION, before: { calls: 2, maxSeq: 2, microDollars: 200 } };

describe('parseSegment', () => {
  it('reads what was rendered', () => {
    const all = entries(3, 5);
    const bytes = renderSegment(HEADER, all);
    expect(parseSegment(bytes)).toEqual({
      header: HEADER,
      entries: all,
      damaged: 0,
      end: 'whole',
    });
  });

  it('recovers exactly the whole entries of a segment that is cut at any byte', () => {
    const all = entries(1, 4);
    const bytes = renderSegment({ ...HEADER, before: EMPTY_DIGEST }, all);
    const ends = all.map(
      (_, index) =>
        renderSegment({ ...HEADER, before: EMPTY_DIGEST }, all.slice(0, index + 1)).length,
    );
    for (let size = 0; size < bytes.length; size += 1) {
      const whole = ends.filter((end) => end <= size).length;
      const segment = parseSegment(bytes.subarray(0, size));
      expect(segment.entries).toEqual(all.slice(0, whole));
      expect(segment.end).not.toBe('corrupt');
    }
  });

  it('rejects a format that it does not know', () => {
    const foreign = renderFrame(Buffer.from(JSON.stringify({ format: 2 })));
    expect(parseSegment(foreign)).toMatchObject({ header: null, entries: [], end: 'corrupt' });
  });
});

describe('parseSegmentName', () => {
  it('reads what was rendered, and names sort as their numbers do', () => {
    const names = [2, 10].map((first) => renderSegmentName({ first, last: 12 }));
    expect(names.map(parseSegmentName)).toEqual([
      { first: 2, last: 12 },
      { first: 10, last: 12 },
    ]);
    expect([...names].reverse().sort()).toEqual(names);
  });

  it.each(['owner.json', '0000000001-0000000001.segment.draft', '1-1.segment'])(
    'rejects %s',
    (name) => {
      expect(parseSegmentName(name)).toBeNull();
    },
  );
});
