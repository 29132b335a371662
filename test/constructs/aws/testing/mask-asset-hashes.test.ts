import { maskAssetHashes } from '../../../../constructs/aws/testing';

describe('maskAssetHashes', () => {
  it('makes two builds of one template the same', () => {
    const template = (hash: string): unknown => ({
      Resources: { Task: { Image: `repository:${hash}`, Port: 4000 } },
    });
    const [one, other] = ['a1', 'b2'].map((digits) => template(digits.repeat(32)));
    expect(one).not.toEqual(other);
    expect(maskAssetHashes(one)).toEqual(maskAssetHashes(other));
  });

  it('makes two builds of one Job the same', () => {
    const template = { Name: 'litellm-migration-0a1b2c3d' };
    expect(maskAssetHashes(template)).toEqual({ Name: 'litellm-migration-<hash>' });
  });

  it('leaves everything else, and its argument, alone', () => {
    const template = { Port: 4000, Key: 'a1'.repeat(31), Deep: [null, { Image: 'c3'.repeat(32) }] };
    expect(maskAssetHashes(template)).toEqual({ ...template, Deep: [null, { Image: '<hash>' }] });
    expect(template.Deep[1]).toEqual({ Image: 'c3'.repeat(32) });
  });
});
