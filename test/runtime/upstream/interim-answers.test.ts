import fc from 'fast-check';
import { InterimAnswers } from '../../../runtime/upstream/interim-answers';

const OK = 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n';

describe('InterimAnswers', () => {
  it.each([
    [`HTTP/1.1 100 Continue\r\n\r\n${OK}`, `HTTP/1.1 102 Continue\r\n\r\n${OK}`],
    [
      `HTTP/1.1 100 \r\nx: \r\ny: z\r\n\r\nHTTP/1.1 100 x\r\n\r\n${OK}`,
      `HTTP/1.1 102 \r\nx: \r\ny: z\r\n\r\nHTTP/1.1 102 x\r\n\r\n${OK}`,
    ],
    [OK, OK],
    ['HTTP/1.0 100 Continue\r\n\r\n', 'HTTP/1.0 100 Continue\r\n\r\n'],
    ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ])('makes of %j, wherever it is cut, %j', (text, expected) => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(sizes, (given) => {
        const bytes = Buffer.from(text);
        const interim = new InterimAnswers();
        let at = 0;
        for (let index = 0; at < bytes.length; index += 1) {
          const size = given[index % given.length] ?? 1;
          interim.pass(bytes.subarray(at, at + size));
          at += size;
        }
        expect(bytes.toString()).toBe(expected);
      }),
    );
  });

  it('looks again once another answer is expected', () => {
    const interim = new InterimAnswers();
    const again = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');
    interim.pass(Buffer.from(OK));
    interim.pass(again);
    expect(again.toString()).toContain('100');
    interim.expect();
    interim.pass(again);
    expect(again.toString()).toContain('102');
  });
});
