import { IMAGES, renderImage } from '../../lib/images';

describe('renderImage', () => {
  it('pins by digest and keeps the tag for the reader', () => {
    expect(renderImage({ name: 'example.com/a', tag: '1.2', digest: 'sha256:0' })).toBe(
      'example.com/a:1.2@sha256:0',
    );
  });

  it('falls back to the tag where no digest is known', () => {
    expect(renderImage({ name: 'example.com/a', tag: '1.2', digest: null })).toBe(
      'example.com/a:1.2',
    );
  });
});

describe('IMAGES', () => {
  it.each(Object.entries(IMAGES))('names %s in full, with a whole digest', (_, image) => {
    expect(image.name).toMatch(/^[a-z0-9.]+\.(io|com)\/[a-z0-9-]+\/[a-z0-9-]+$/);
    expect(image.tag).not.toBe('latest');
    expect(image.digest ?? `sha256:${'0'.repeat(64)}`).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
