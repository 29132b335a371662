import type { ConfigFile } from './config-schema';
import { byName } from './by-name';
import { CONFIG_DEFAULTS } from './defaults';
import type { RouterConfig } from './gateway-config';

/** The list that stands for every model without one of its own. */
const ANY_MODEL = '*';

type Targets = Readonly<Record<string, readonly string[]>>;

/** `router_settings` wins over `litellm_settings`, which wins over the defaults. */
export function parseRouterConfig(file: ConfigFile): RouterConfig {
  const router = file.router_settings ?? {};
  const litellm = file.litellm_settings ?? {};
  const fallbacks = router.fallbacks ?? litellm.fallbacks ?? {};
  const policy = router.retry_policy;
  // LiteLLM reads a cooldown of 0 as not set.
  const cooldownSeconds = router.cooldown_time || litellm.cooldown_time;
  return {
    strategy: router.routing_strategy ?? CONFIG_DEFAULTS.routingStrategy,
    retries: router.num_retries ?? litellm.num_retries ?? CONFIG_DEFAULTS.retries,
    retryAfterSeconds: router.retry_after ?? CONFIG_DEFAULTS.retryAfterSeconds,
    timeoutSeconds: router.timeout ?? litellm.request_timeout ?? CONFIG_DEFAULTS.timeoutSeconds,
    streamTimeoutSeconds: router.stream_timeout ?? null,
    allowedFails: router.allowed_fails ?? litellm.allowed_fails ?? null,
    cooldownSeconds: cooldownSeconds || CONFIG_DEFAULTS.cooldownSeconds,
    cooldownsDisabled: router.disable_cooldowns ?? false,
    retriesByException: policy?.retriesByException ?? byName([]),
    retryAfterSecondsByStatus: byName([
      ...Object.entries(policy?.retryAfterSecondsByStatus ?? {}),
      ...Object.entries(router.retry_after_by_status ?? {}),
    ]),
    fallbacks: withoutSelf(fallbacks),
    contextWindowFallbacks: withoutSelf(
      router.context_window_fallbacks ?? litellm.context_window_fallbacks ?? {},
    ),
    contentPolicyFallbacks: withoutSelf(
      router.content_policy_fallbacks ?? litellm.content_policy_fallbacks ?? {},
    ),
    defaultFallbacks:
      router.default_fallbacks ?? litellm.default_fallbacks ?? fallbacks[ANY_MODEL] ?? [],
    maxFallbacks: router.max_fallbacks ?? litellm.max_fallbacks ?? CONFIG_DEFAULTS.maxFallbacks,
    modelGroupAlias: router.model_group_alias ?? byName([]),
  };
}

/** A model is no fallback of itself: it has just failed. */
function withoutSelf(fallbacks: Targets): Targets {
  return byName(
    Object.entries(fallbacks)
      .filter(([model]) => model !== ANY_MODEL)
      .map(([model, targets]) => [model, targets.filter((target) => target !== model)] as const),
  );
}
