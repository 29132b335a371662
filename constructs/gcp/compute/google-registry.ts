/**
 * Host of an image in Artifact Registry, such as `europe-docker.pkg.dev`; null for any other
 * registry. Artifact Registry also serves the names of the former Container Registry. `mirror.gcr.io`
 * is none of them: it caches the popular part of Docker Hub.
 */
export function registryOfGoogle(image: string): string | null {
  const [host = ''] = image.split('/');
  return /^([a-z0-9-]+-docker\.pkg\.dev|((us|eu|asia)\.)?gcr\.io)$/.test(host) ? host : null;
}
