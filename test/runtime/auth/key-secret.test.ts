import {
  createSecret,
  derivePepper,
  deriveSnapshotKey,
  hashKey,
  isSecret,
  renderKeyName,
} from '../../../runtime/auth/key-secret';

describe('createSecret', () => {
  it('makes 192 random bits that nobody has seen before', () => {
    const secrets = Array.from({ length: 1_000 }, createSecret);
    expect(new Set(secrets).size).toBe(1_000);
    for (const secret of secrets) {
      expect(secret).toMatch(/^sk-[\w-]{32}$/);
      expect(isSecret(secret)).toBe(true);
    }
  });
});

describe('isSecret', () => {
  it.each([
    ['sk-123456789abcd', true],
    ['sk-123456789abc', false],
    ['x'.repeat(256), true],
    ['x'.repeat(257), false],
    ['sk-with a space in it', false],
    ['sk-mit-ümlaut-dabei', false],
    ['sk-with-a-newline\n', false],
  ])('says of %j: %s', (text, expected) => {
    expect(isSecret(text)).toBe(expected);
  });
});

describe('renderKeyName', () => {
  it('shows the last four characters alone', () => {
    expect(renderKeyName('sk-0123456789abcd')).toBe('sk-...abcd');
  });
});

describe('hashKey', () => {
  const pepper = derivePepper('a salt');

  it('is the same on every replica with the same salt', () => {
    expect(hashKey('sk-secret', pepper)).toBe(hashKey('sk-secret', derivePepper('a salt')));
    expect(hashKey('sk-secret', pepper)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('differs with the secret and with the salt', () => {
    expect(hashKey('sk-secret', pepper)).not.toBe(hashKey('sk-secret2', pepper));
    expect(hashKey('sk-secret', pepper)).not.toBe(hashKey('sk-secret', derivePepper('other')));
  });
});

describe('derivePepper', () => {
  it('never changes its derivation: every stored key depends on it', () => {
    expect(hashKey('sk-0123456789abcd', derivePepper('sk-salt'))).toBe(
      '6f42e620eef246eafd0fcbea182c6a04e54fee3f666c6ac1b6261d253ced054c',
    );
  });
});

describe('deriveSnapshotKey', () => {
  it('gives signatures a key of their own', () => {
    const pepper = derivePepper('a salt');
    expect(deriveSnapshotKey(pepper).equals(pepper)).toBe(false);
    expect(deriveSnapshotKey(pepper).equals(deriveSnapshotKey(pepper))).toBe(true);
  });
});
