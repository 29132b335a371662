import type { ConfigMap } from './config-tree';
import type { Rewrite } from './rewrite';
import { rewriteFallbacks } from './rewrite-fallbacks';
import { rewriteRedisSettings } from './rewrite-redis-settings';
import { rewriteRetryPolicy } from './rewrite-retry-policy';

const REWRITES: readonly ((tree: ConfigMap) => Rewrite)[] = [
  rewriteRedisSettings,
  rewriteRetryPolicy,
  rewriteFallbacks,
];

/**
 * The file in the form LiteLLM documents, whatever dialect it came in, and one warning for each form that LiteLLM itself
 * would not read. Everything behind this step knows one form only.
 */
export function rewriteToDocumentedForm(tree: ConfigMap): Rewrite {
  return REWRITES.reduce<Rewrite>(
    (before, rewrite) => {
      const after = rewrite(before.tree);
      return { tree: after.tree, warnings: [...before.warnings, ...after.warnings] };
    },
    { tree, warnings: [] },
  );
}
