import fc from 'fast-check';
import { Redactor, selectRedactor } from '../../runtime/redact';

const KEY = 'sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2';
/** One of every sign that an encoder escapes. */
const AWKWARD = 'p/w+d="q&<x>\\y\'z%20?*';

describe('Redactor.text', () => {
  it('strikes every secret out, wherever it stands', () => {
    const redactor = new Redactor([KEY, AWKWARD]);
    expect(redactor.text(`${KEY} and ${AWKWARD}, again ${KEY}`)).toBe(
      '[redacted] and [redacted], again [redacted]',
    );
  });

  it.each([
    ['JSON', (secret: string) => JSON.stringify(secret)],
    ['JSON in JSON', (secret: string) => JSON.stringify(JSON.stringify(secret))],
    [
      'JSON with escaped slashes',
      (secret: string) => JSON.stringify(secret).replaceAll('/', '\\/'),
    ],
    [
      'JSON with \\u escapes in capitals',
      (secret: string) =>
        secret.replace(
          /[^A-Za-z0-9]/g,
          (sign) => `\\u${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
        ),
    ],
    ['a URL', encodeURIComponent],
    ['a URL twice', (secret: string) => encodeURIComponent(encodeURIComponent(secret))],
    ['a URL in small letters', (secret: string) => encodeURIComponent(secret).toLowerCase()],
    ['a form', (secret: string) => String(new URLSearchParams({ key: secret }))],
    [
      'HTML',
      (secret: string) =>
        secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&#39;'),
    ],
  ])('knows a secret that is escaped for %s', (_name, escape) => {
    // Letters of the secret are small where the case of an escape is changed.
    const secret = AWKWARD.toLowerCase();
    const struck = new Redactor([secret]).text(`before ${escape(secret)} after`);
    expect(struck).toContain('[redacted]');
    expect(struck).not.toContain('p/w');
    expect(struck).not.toContain('z%');
    expect(struck).toMatch(/^before .*after$/);
  });

  it('knows a secret inside base64 of either alphabet, whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.record({
          before: fc.string({ maxLength: 9 }),
          after: fc.string({ maxLength: 9 }),
          encoding: fc.constantFrom('base64' as const, 'base64url' as const),
          secret: fc.constantFrom(KEY, AWKWARD, 'ÿÿ>>>???ÿþ~~~'),
        }),
        ({ before, after, encoding, secret }) => {
          const spelled = Buffer.from(before + secret + after).toString(encoding);
          const struck = new Redactor([secret]).text(spelled);
          // At its edges a character may stay that holds less than a byte of the secret.
          const left = struck.split('[redacted]');
          expect(left).toHaveLength(2);
          expect(Math.max(...left.map(({ length }) => length))).toBeLessThanOrEqual(40);
          expect(Buffer.from(struck, 'base64').toString()).not.toContain(secret.slice(0, 6));
        },
      ),
    );
  });

  it('strikes the beginning of a secret at which the sender has cut its text', () => {
    for (let length = 8; length < KEY.length; length += 1) {
      expect(new Redactor([KEY]).text(`wrong key ${KEY.slice(0, length)}`)).toBe(
        'wrong key [redacted]',
      );
    }
  });

  it('strikes the longer of two secrets of which one contains the other', () => {
    expect(new Redactor(['abcdef', 'abcdefghij']).text('abcdefghij')).toBe('[redacted]');
  });

  it('leaves words alone that are no secrets', () => {
    const redactor = new Redactor(['none', 'EMPTY', '']);
    expect(redactor.text('none is EMPTY')).toBe('none is EMPTY');
  });
});

describe('Redactor.bytes', () => {
  it('gives back the same bytes where no secret is among them', () => {
    const bytes = Buffer.from('{"choices":[]}');
    expect(new Redactor([KEY]).bytes(bytes)).toBe(bytes);
  });

  it('strikes secrets out as they are and escaped, and leaves every other byte', () => {
    const redactor = new Redactor([KEY, AWKWARD]);
    const body = `ä{"a":"${KEY}","b":${JSON.stringify(AWKWARD)},"c":"€"}`;
    expect(redactor.bytes(Buffer.from(body)).toString()).toBe(
      'ä{"a":"[redacted]","b":"[redacted]","c":"€"}',
    );
  });
});

describe('selectRedactor', () => {
  it('makes one redactor for one list', () => {
    const secrets = [KEY];
    expect(selectRedactor(secrets)).toBe(selectRedactor(secrets));
    expect(selectRedactor(secrets)).not.toBe(selectRedactor([KEY]));
  });
});
