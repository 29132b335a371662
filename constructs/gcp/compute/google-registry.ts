/**
 * Host of an image in Artifact Registry, such as `europe-docker.pkg.dev`; null where the image is kept elsewhere. The names of
 * Container Registry live on there, except for `mirror.gcr.io`, which keeps what Google chooses of Docker Hub.
 */
export function registryOfGoogle(image: string): string | null {
  const [host = ''] = image.split('/');
  return /^([a-z0-9-]+-docker\.pkg\.dev|((us|eu|asia)\.)?gcr\.io)$/.test(host) ? host : null;
}
