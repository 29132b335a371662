import type { RouterConfig } from '../../lib/config/gateway-config';
import type { CallState } from './call-state';
import type { Failure } from './failure';
import { isWildcardMatch } from './wildcard';

type Fallbacks = RouterConfig['fallbacks'];
type FallbackConfig = Pick<
  RouterConfig,
  'fallbacks' | 'defaultFallbacks' | 'contextWindowFallbacks' | 'contentPolicyFallbacks'
>;
/** Which model failed, and which group served it. */
type Failed = Pick<CallState, 'model' | 'group'>;

/**
 * The list that fits the failure. As in LiteLLM, a typed list that is configured but silent about this model ends the
 * search: the ordinary fallbacks may well have the same window or the same policy.
 */
export function selectFallbacks(
  failure: Failure,
  failed: Failed,
  router: FallbackConfig,
): readonly string[] {
  if (failure.kind === 'provider_context_window' && isConfigured(router.contextWindowFallbacks)) {
    return findFallbacks(router.contextWindowFallbacks, failed) ?? [];
  }
  if (failure.kind === 'provider_content_policy' && isConfigured(router.contentPolicyFallbacks)) {
    return findFallbacks(router.contentPolicyFallbacks, failed) ?? [];
  }
  return findFallbacks(router.fallbacks, failed) ?? router.defaultFallbacks;
}

/** Whether somewhere else is said to answer what this model's filter cuts off; ordinary fallbacks are not. */
export function hasContentPolicyFallbacks(failed: Failed, router: FallbackConfig): boolean {
  const { contentPolicyFallbacks, defaultFallbacks } = router;
  if (!isConfigured(contentPolicyFallbacks)) return defaultFallbacks.length > 0;
  return (findFallbacks(contentPolicyFallbacks, failed) ?? []).length > 0;
}

/**
 * By the name asked for, by that without its provider, by the longest pattern that fits, by the group's own name, by `*`.
 * Null: the list is silent.
 */
function findFallbacks(lists: Fallbacks, { model, group }: Failed): readonly string[] | null {
  const withoutProvider = model.slice(model.indexOf('/') + 1);
  const named = lookUp(lists, model) ?? lookUp(lists, withoutProvider);
  if (named !== null) return named;
  const pattern = Object.keys(lists)
    .filter((key) => key !== '*' && isWildcardMatch(key, model))
    .reduce<string | null>(
      (longest, key) => (key.length > (longest?.length ?? 0) ? key : longest),
      null,
    );
  return lookUp(lists, pattern ?? group) ?? lookUp(lists, group) ?? lookUp(lists, '*');
}

/** Behind a wildcard a model may be called `constructor`. */
function lookUp(lists: Fallbacks, name: string): readonly string[] | null {
  return Object.hasOwn(lists, name) ? (lists[name] ?? null) : null;
}

function isConfigured(fallbacks: Fallbacks): boolean {
  return Object.keys(fallbacks).length > 0;
}
