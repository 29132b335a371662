import { parseFrames, renderFrame } from '../../../runtime/ledger/frame';

const PAYLOADS = ['one', '', 'three and more'].map((text) => Buffer.from(text));
const FRAMES = PAYLOADS.map(renderFrame);
const FILE = Buffer.concat(FRAMES);

/** Where each record ends. */
const ENDS = FRAMES.map((_, index) => Buffer.concat(FRAMES.slice(0, index + 1)).length);

describe('parseFrames', () => {
  it('reads what was rendered', () => {
    expect(parseFrames(FILE)).toEqual({
      payloads: PAYLOADS,
      wholeBytes: FILE.length,
      end: 'whole',
    });
  });

  it('finds exactly the whole records of a file that ends at any byte', () => {
    for (let size = 0; size <= FILE.length; size += 1) {
      const whole = ENDS.filter((end) => end <= size).length;
      const isAtEnd = size === 0 || ENDS.includes(size);
      expect({ size, ...parseFrames(FILE.subarray(0, size)) }).toEqual({
        size,
        payloads: PAYLOADS.slice(0, whole),
        wholeBytes: ENDS[whole - 1] ?? 0,
        end: isAtEnd ? 'whole' : 'torn',
      });
    }
  });

  it('never takes a changed byte for a record, and calls it corrupt unless it is in the last one', () => {
    const lastStart = ENDS[1] ?? 0;
    for (let at = 0; at < FILE.length; at += 1) {
      const changed = Buffer.from(FILE);
      changed.writeUInt8(changed.readUInt8(at) ^ 0x10, at);
      const { payloads, end } = parseFrames(changed);
      expect(payloads).toEqual(PAYLOADS.slice(0, ENDS.filter((bound) => bound <= at).length));
      const isInLastPayload = at >= lastStart + 12;
      expect({ at, end }).toEqual({ at, end: isInLastPayload ? 'torn' : 'corrupt' });
    }
  });

  it('takes zeros at the end for a file that was made longer and not written', () => {
    const { payloads, end } = parseFrames(Buffer.concat([FILE, Buffer.alloc(4096)]));
    expect({ payloads, end }).toEqual({ payloads: PAYLOADS, end: 'torn' });
  });
});
