import fc from 'fast-check';
import { FirstEventReader } from '../../../runtime/providers/first-event';

function readWhole(bytes: Buffer, sizes: readonly number[]): unknown {
  const reader = new FirstEventReader();
  let at = 0;
  for (let index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    const event = reader.read(bytes.subarray(at, at + size));
    if (event.kind !== 'pending') return event;
    at += size;
  }
  return { kind: 'pending' };
}

describe('FirstEventReader', () => {
  it.each(['\n', '\r', '\r\n'])(
    'finds the first data with lines that end in %j, cut anywhere',
    (end) => {
      const text = [
        '\uFEFF: hello',
        '',
        'event: x',
        '',
        'event: y',
        'data: {"a":',
        'data:"\u00fc\u{1F600}"}',
        '',
        'data: later',
        '',
        '',
      ].join(end);
      const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
      fc.assert(
        fc.property(sizes, (given) => {
          expect(readWhole(Buffer.from(text), given)).toEqual({
            kind: 'event',
            data: '{"a":\n"\u00fc\u{1F600}"}',
          });
        }),
      );
    },
  );

  const line = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replace(/[\r\n]/g, '')),
    fc.constantFrom('', 'data', 'data:', 'data: x', 'data:y', ': ping', 'event: error', 'id: 1'),
  );
  const ends = fc.constantFrom('\n', '\r', '\r\n');
  const stream = fc
    .tuple(fc.constantFrom('', '\uFEFF'), fc.array(fc.tuple(line, ends), { maxLength: 12 }))
    .map(([mark, lines]) => Buffer.from(mark + lines.map(([text, end]) => text + end).join('')));

  it('reads the same from any stream, wherever it is cut', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(stream, sizes, (bytes, given) => {
        expect(readWhole(bytes, given)).toEqual(readWhole(bytes, [Infinity]));
      }),
      { numRuns: 1000 },
    );
  });

  it('looks at each character once, so that ten times the stream costs ten times the work', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(stream, sizes, (bytes, given) => {
        const reader = new FirstEventReader();
        let at = 0;
        for (let index = 0; at < bytes.length; index += 1) {
          const end = at + (given[index % given.length] ?? 1);
          if (reader.read(bytes.subarray(at, end)).kind !== 'pending') break;
          at = end;
        }
        expect(reader.examined).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  it('waits for the empty line', () => {
    expect(readWhole(Buffer.from('data: x\n'), [3])).toEqual({ kind: 'pending' });
  });

  it('passes over events without data', () => {
    expect(readWhole(Buffer.from('data:\n\ndata: x\n\n'), [100])).toEqual({
      kind: 'event',
      data: 'x',
    });
  });

  it('gives up on a line that never ends', () => {
    expect(readWhole(Buffer.alloc(300 * 1024, 'x'), [4096])).toEqual({ kind: 'too-long' });
  });

  it('goes on to the next event, wherever the stream is cut', () => {
    const bytes = Buffer.from(
      '\uFEFF: a\r\n\r\ndata: one\r\n\r\ndata:\r\n\r\ndata: tw\u00f6\rdata: x\n\n',
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(sizes, (given) => {
        const reader = new FirstEventReader();
        const events: string[] = [];
        let at = 0;
        for (let index = 0; at < bytes.length; index += 1) {
          const end = at + (given[index % given.length] ?? 1);
          let event = reader.read(bytes.subarray(at, end));
          for (; event.kind === 'event'; event = reader.next()) events.push(event.data);
          at = end;
        }
        expect(events).toEqual(['one', 'tw\u00f6\nx']);
        expect(reader.examined).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
