import { renderSnippet } from './canonical-yaml';
import { isList, isMap, ownValue, sectionOf, type ConfigMap } from './config-tree';
import { withoutKeys, withSection, type Rewrite } from './rewrite';

/**
 * The guide's list of waits by status becomes `retry_after_by_status`, a key of ours: LiteLLM has no such wait. It refuses to
 * start on the list, and drops the key in silence.
 */
export function rewriteRetryPolicy(tree: ConfigMap): Rewrite {
  const router = sectionOf(tree, 'router_settings');
  const policy = ownValue(router, 'retry_policy');
  if (!isList(policy)) return { tree, warnings: [] };

  const waits = Object.fromEntries(
    policy
      .filter(isMap)
      .map((item) => [String(item['status_code']), item['retry_after'] ?? null] as const),
  );
  const waitsByStatus = { ...waits, ...sectionOf(router, 'retry_after_by_status') };
  const rewritten = withSection(tree, 'router_settings', {
    ...withoutKeys(router, ['retry_policy', 'retry_after_by_status']),
    ...(Object.keys(waitsByStatus).length > 0 ? { retry_after_by_status: waitsByStatus } : {}),
  });
  const shown = renderSnippet({ router_settings: { retry_after_by_status: waitsByStatus } });
  const warning = {
    rule: 'config.dialect.retry-policy',
    path: 'router_settings.retry_policy',
    message: `LiteLLM refuses a list here, its retry_policy counts retries by kind of failure, such as {RateLimitErrorRetries: 3}; write waits as ${shown}`,
  };
  return { tree: rewritten, warnings: [warning] };
}
