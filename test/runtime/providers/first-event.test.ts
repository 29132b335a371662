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
});
