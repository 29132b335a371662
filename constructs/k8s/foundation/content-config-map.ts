import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

/** Files of a ConfigMap, as text and as base64. */
export interface ConfigMapContent {
  readonly data: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

const HASH_CHARACTERS = 10;

/**
 * Argo CD removes what is no longer described only when all that is described is healthy: until then, pods of the last
 * version may still start.
 */
const PRUNED_LAST = { 'argocd.argoproj.io/sync-options': 'PruneLast=true' };

/** `litellm-config-1a2b3c4d5e`: other content, other name. */
export function nameByContent(name: string, content: ConfigMapContent): string {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return `${name}-${hash.slice(0, HASH_CHARACTERS)}`;
}

/**
 * A ConfigMap that never changes: a new version of its content is a new object. A pod of the last version that starts
 * in the middle of a rollout reads what it was built for, and `kubectl rollout undo` brings the configuration back with
 * the program.
 */
export function createContentConfigMap(
  scope: Construct,
  id: string,
  input: {
    readonly metadata: k8s.ObjectMeta & { readonly name: string };
    readonly content: ConfigMapContent;
  },
): { readonly name: string } {
  const { metadata, content } = input;
  const name = nameByContent(metadata.name, content);
  const { data, binaryData = {} } = content;
  new k8s.KubeConfigMap(scope, id, {
    metadata: { ...metadata, name, annotations: { ...PRUNED_LAST, ...metadata.annotations } },
    immutable: true,
    ...(Object.keys(data).length > 0 ? { data } : {}),
    ...(Object.keys(binaryData).length > 0 ? { binaryData } : {}),
  });
  return { name };
}
