import fc from 'fast-check';
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
      damaged: 0,
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
        damaged: 0,
        end: isAtEnd ? 'whole' : 'torn',
      });
    }
  });

  it('loses the one record in which a byte was changed, and reads all others', () => {
    const lastStart = ENDS[1] ?? 0;
    for (let at = 0; at < FILE.length; at += 1) {
      for (const mask of [0x01, 0x10, 0x80, 0xff]) {
        const changed = Buffer.from(FILE);
        changed.writeUInt8(changed.readUInt8(at) ^ mask, at);
        const hit = ENDS.filter((bound) => bound <= at).length;
        const { payloads, damaged, end } = parseFrames(changed);
        expect(payloads).toEqual(PAYLOADS.filter((_, index) => index !== hit));
        // The last one may have been cut by the death of its writer, unless its head says otherwise.
        const isLast = at >= lastStart;
        const isTorn = at >= lastStart + 12;
        expect({ at, end, damaged }).toEqual({
          at,
          end: isLast ? (isTorn ? 'torn' : 'corrupt') : 'whole',
          damaged: isTorn ? 0 : 1,
        });
      }
    }
  });

  it('reads on behind any part of a file that was overwritten', () => {
    const records = Array.from({ length: 40 }, (_, index) => Buffer.from(`{"seq":${index + 1}}`));
    const frames = records.map(renderFrame);
    const bytes = Buffer.concat(frames);
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        (at, over) => {
          const changed = Buffer.from(bytes);
          changed.set(over.subarray(0, bytes.length - at), at);
          const last = Math.min(bytes.length, at + over.length) - 1;
          let end = 0;
          const spared = records.filter((_, index) => {
            const start = end;
            end += frames[index]?.length ?? 0;
            return end <= at || start > last;
          });
          const read = new Set(parseFrames(changed).payloads.map(String));
          // Bytes that were written over by the same bytes change nothing: then it may be more than was spared.
          for (const record of spared) read.delete(String(record));
          expect([...read].filter((text) => !records.map(String).includes(text))).toEqual([]);
          expect(read.size).toBe(parseFrames(changed).payloads.length - spared.length);
        },
      ),
    );
  });

  it('takes zeros at the end for a file that was made longer and not written', () => {
    const { payloads, end } = parseFrames(Buffer.concat([FILE, Buffer.alloc(4096)]));
    expect({ payloads, end }).toEqual({ payloads: PAYLOADS, end: 'torn' });
  });
});
