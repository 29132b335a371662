import { registryOfGoogle } from '../../../../constructs/gcp/compute/google-registry';

describe('registryOfGoogle', () => {
  it.each([
    'us-central1-docker.pkg.dev/my-project/images/node@sha256:0123',
    'europe-docker.pkg.dev/my-project/images/node:22',
    'gcr.io/my-project/node',
    'eu.gcr.io/my-project/node',
  ])('finds the registry of %s', (image) => {
    expect(registryOfGoogle(image)).toBe(image.split('/')[0]);
  });

  it.each([
    'node:22',
    'docker.io/library/node',
    'ghcr.io/berriai/litellm',
    'mirror.gcr.io/library/node',
    'us-docker.pkg.dev.example.com/node',
    'example.com/us-docker.pkg.dev/node',
    'example.com-docker.pkg.dev/node',
  ])('finds none in %s', (image) => {
    expect(registryOfGoogle(image)).toBeNull();
  });
});
