import { describeProblem } from '../../../lib/errors';
import { decodeText } from '../../../lib/config/decode-text';

const TEXT = 'model_list: [] # größer\n';

const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

describe('decodeText', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${TEXT}`)],
    ['UTF-16, little end first', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
    ['UTF-16, big end first', swapped(Buffer.from(`\ufeff${TEXT}`, 'utf16le'))],
  ])('reads %s', (_, bytes) => {
    expect(decodeText(bytes)).toEqual({ kind: 'text', text: TEXT });
  });

  it.each([
    ['UTF-16 without a byte order mark', Buffer.from('a: 1\n', 'utf16le')],
    ['Latin-1', Buffer.from('größer', 'latin1')],
    ['an archive', Buffer.from([0x1f, 0x8b, 0x08, 0x00])],
  ])('rejects %s', (_, bytes) => {
    const decoded = decodeText(bytes);
    expect(decoded.kind === 'refused' && describeProblem(decoded.problem)).toBe(
      'the file must be text in UTF-8, or in UTF-16 with a byte order mark, got bytes that are neither; save it as UTF-8',
    );
  });

  it('rejects ten megabytes without reading them', () => {
    const decoded = decodeText(Buffer.alloc(10 * 1024 * 1024, 'x'));
    expect(decoded.kind === 'refused' && describeProblem(decoded.problem)).toBe(
      'the file must be at most 4 MiB long, got 10.0 MiB; leave out what is no setting; ten thousand deployments take about one MiB',
    );
  });
});
