/** A manifest as Kubernetes reads it. Tests reach into it freely; what is missing shows as `undefined`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Manifest = any;

/** The one object of a kind and name. */
export function findObject(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.filter((each) => each.kind === kind && each.metadata.name === name);
  if (found.length !== 1) {
    const names = manifests.map((each) => `${each.kind}/${each.metadata.name}`);
    throw new Error(`${found.length} of ${kind}/${name} among ${names.join(', ')}`);
  }
  return found[0];
}

/** The one ConfigMap that is named by its content after `name`. */
export function findConfig(manifests: readonly Manifest[], name: string): Manifest {
  const names = manifests
    .filter(({ kind }) => kind === 'ConfigMap')
    .map(({ metadata }): string => metadata.name)
    .filter((each) => new RegExp(`^${name}-[0-9a-f]{10}$`).test(each));
  if (names.length !== 1) throw new Error(`${names.length} ConfigMaps are named after ${name}`);
  return findObject(manifests, 'ConfigMap', names[0] ?? '');
}

/** The pod of everything that runs pods, by the name of what runs it. */
export function podsOf(manifests: readonly Manifest[]): readonly [string, Manifest][] {
  return manifests
    .map((each): [string, Manifest] => [
      `${each.kind}/${each.metadata.name}`,
      each.spec?.template ?? each.spec?.jobTemplate?.spec.template,
    ])
    .filter(([, pod]) => pod?.spec?.containers !== undefined);
}

/** Whom a NetworkPolicy lets in at each port, by component. */
export function openingsOf(
  manifests: readonly Manifest[],
  policyName: string,
): readonly { readonly port: number; readonly components: readonly string[] }[] {
  return findObject(manifests, 'NetworkPolicy', policyName).spec.ingress.map((rule: Manifest) => ({
    port: rule.ports[0].port,
    components: rule.from.map(
      (peer: Manifest) => peer.podSelector.matchLabels['app.kubernetes.io/component'],
    ),
  }));
}
