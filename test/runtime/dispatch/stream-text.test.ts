import fc from 'fast-check';
import { StreamText } from '../../../runtime/dispatch/stream-text';
import { completionChunks } from '../../support/fake-provider';

/** The text cut into pieces of the lengths given, in turn. */
function cut(bytes: Buffer, lengths: readonly number[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const end = at + (lengths[turn % lengths.length] ?? 1);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

function read(pieces: readonly Buffer[]): StreamText {
  const text = new StreamText();
  for (const piece of pieces) text.push(piece);
  return text;
}

describe('StreamText', () => {
  it('counts the same text however long the stream is and wherever the network cuts it', () => {
    const words = fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 300 });
    const lengths = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(words, lengths, (texts, sizes) => {
        const stream = Buffer.from(completionChunks(texts).join(''));
        const once = new StreamText();
        once.push(stream);
        expect(read(cut(stream, sizes)).writtenBytes).toBe(once.writtenBytes);
      }),
      { numRuns: 60 },
    );
  });

  it('counts the bytes of the text and nothing around it', () => {
    const texts = Array.from({ length: 400 }, (_, index) => `word ${index} `);
    const stream = Buffer.from(completionChunks(texts).join(''));
    expect(read(cut(stream, [100])).writtenBytes).toBe(Buffer.byteLength(texts.join('')));
  });

  it('keeps the end of a long stream, and not the whole', () => {
    const stream = Buffer.from(completionChunks(Array<string>(2000).fill('word')).join(''));
    const { tail } = read(cut(stream, [200]));
    expect(tail.length).toBeLessThan(16 * 1024);
    expect(tail.length).toBeGreaterThanOrEqual(4 * 1024);
    expect(stream.subarray(stream.length - tail.length).equals(tail)).toBe(true);
  });

  it('takes a line that is longer than everything it keeps', () => {
    const [line = ''] = completionChunks(['x'.repeat(200_000)]);
    expect(read(cut(Buffer.from(line), [1000])).writtenBytes).toBe(200_000);
  });
});
