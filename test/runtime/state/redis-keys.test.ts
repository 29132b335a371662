import fc from 'fast-check';
import { RedisKeys, selectHashTag } from '../../../runtime/state/redis-keys';

const keys = new RedisKeys('prod');

describe('RedisKeys', () => {
  it('names what belongs to the installation, to an owner, and to nobody', () => {
    expect(keys.shared('replica', 'b1')).toBe('{litellm-ha:prod}:replica:b1');
    expect(keys.owned('key:abc', 'quota', 'rpm')).toBe('litellm-ha:prod:{key:abc}:quota:rpm');
    expect(keys.single('answer', 'f00')).toBe('litellm-ha:prod:answer:f00');
  });

  it('keeps all keys of one owner in one place, whatever the owner is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (owner) => {
        const tags = ['rpm', 'tpm'].map((name) => selectHashTag(keys.owned(`user:${owner}`, name)));
        expect(new Set(tags).size).toBe(1);
        expect(tags[0]).toMatch(/^user:/);
      }),
    );
  });

  it('cannot be moved by braces in names', () => {
    expect(selectHashTag(new RedisKeys('{x}').owned('key:{y}', '{z}'))).toBe('key:%7By%7D');
  });

  it('puts a probe beside the key it stands for', () => {
    const key = keys.owned('key:abc', 'quota');
    expect(selectHashTag(keys.probeBeside(key))).toBe(selectHashTag(key));
    expect(selectHashTag(keys.probeBeside(keys.single('answer', 'f')))).toBe(
      'litellm-ha:prod:answer:f',
    );
  });
});
