import fc from 'fast-check';
import {
  renderStorableNullable,
  renderStorableText,
} from '../../../runtime/database/storable-text';

describe('renderStorableText', () => {
  it('leaves whole text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('\0'));
        expect(renderStorableText(text)).toBe(text);
      }),
    );
  });

  it('never leaves a NUL or half a surrogate pair', () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        const stored = renderStorableText(text);
        expect(stored).not.toContain('\0');
        expect(Buffer.from(stored, 'utf8').toString('utf8')).toBe(stored);
        expect(stored).toHaveLength(text.length);
      }),
    );
  });
});

describe('renderStorableNullable', () => {
  it('leaves what is absent absent', () => {
    expect(renderStorableNullable(null)).toBeNull();
    expect(renderStorableNullable('a\0')).toBe('a\uFFFD');
  });
});
