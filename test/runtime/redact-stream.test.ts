import { Redactor } from '../../runtime/redact';
import { StreamRedactor } from '../../runtime/redact-stream';

const KEY = 'sk-proj-A1b2C3d4E5f6';

function pass(pieces: readonly string[], secrets: readonly string[] = [KEY]): string {
  const stream = new StreamRedactor(new Redactor(secrets));
  const shown = pieces.map((piece) => stream.strike(Buffer.from(piece)));
  return Buffer.concat([...shown, stream.finish()]).toString();
}

describe('StreamRedactor', () => {
  it('passes whole lines on at once and untouched', () => {
    const stream = new StreamRedactor(new Redactor([KEY]));
    const line = Buffer.from('data: {"choices":[]}\n\n');
    expect(stream.strike(line)).toBe(line);
  });

  it('strikes a key out wherever two pieces split it', () => {
    const text = `data: {"a":"${KEY}"} and more`;
    for (let at = 0; at <= text.length; at += 1) {
      expect(pass([text.slice(0, at), text.slice(at)])).toBe('data: {"a":"[redacted]"} and more');
    }
  });

  it('strikes a key out that comes letter by letter, also an escaped one', () => {
    expect(pass([...`x${KEY}y`])).toBe('x[redacted]y');
    expect(pass([...'x\\u0073k\\u002dpro/j1y'], ['k-pro/j1'])).toBe('x\\u0073[redacted]y');
  });

  it('passes on all it was given where there are no secrets', () => {
    expect(pass(['a', 'b', 'c'], [])).toBe('abc');
  });
});
