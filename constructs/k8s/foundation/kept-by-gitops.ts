/**
 * Annotations of what holds data: whoever prunes what is no longer described must not prune this. They stop Argo CD, Helm
 * and Flux, not `kubectl delete`.
 */
export const KEPT_BY_GITOPS: Readonly<Record<string, string>> = {
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
  'helm.sh/resource-policy': 'keep',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};
