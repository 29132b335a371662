import fc from 'fast-check';
import { TailBuffer } from '../../../runtime/dispatch/tail-buffer';

describe('TailBuffer', () => {
  it('gives the last bytes of what passed by, however they were cut', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 60 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 40 }), (given, most) => {
        const tail = new TailBuffer(most);
        const all = new TailBuffer(Infinity);
        for (const piece of given) tail.push(Buffer.from(piece));
        for (const piece of given) all.push(Buffer.from(piece));
        const whole = Buffer.concat(given);
        expect(tail.toBuffer().equals(whole.subarray(-most))).toBe(true);
        expect(all.toBuffer(most).equals(whole.subarray(-most))).toBe(true);
        expect(all.toBuffer().equals(whole)).toBe(true);
      }),
    );
  });

  it('copies nothing of a single piece', () => {
    const piece = Buffer.from('one');
    const tail = new TailBuffer(10);
    tail.push(piece);
    expect(tail.toBuffer()).toBe(piece);
  });
});
