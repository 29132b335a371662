import type { ConfigFile, RouterSettings } from './config-schema';
import { byName } from './by-name';
import { CONFIG_DEFAULTS } from './defaults';
import type { HedgingConfig, ProviderBudget, RouterConfig, StickySource } from './gateway-config';
import type { Environment } from './references';

/** The list that stands for every model without one of its own. */
const ANY_MODEL = '*';

type Targets = Readonly<Record<string, readonly string[]>>;

/** `router_settings` wins over `litellm_settings`, which wins over the defaults. */
export function parseRouterConfig(file: ConfigFile, environment: Environment): RouterConfig {
  const router = file.router_settings ?? {};
  const litellm = file.litellm_settings ?? {};
  const fallbacks = router.fallbacks ?? litellm.fallbacks ?? {};
  const policy = router.retry_policy;
  // LiteLLM reads a cooldown of 0 as not set.
  const cooldownSeconds = router.cooldown_time || litellm.cooldown_time;
  const fromEnvironment = readNumbers(environment);
  return {
    strategy: router.routing_strategy ?? CONFIG_DEFAULTS.routingStrategy,
    retries: router.num_retries ?? litellm.num_retries ?? CONFIG_DEFAULTS.retries,
    retryAfterSeconds: router.retry_after ?? CONFIG_DEFAULTS.retryAfterSeconds,
    timeoutSeconds: router.timeout ?? litellm.request_timeout ?? CONFIG_DEFAULTS.timeoutSeconds,
    callTimeoutSeconds: router.call_timeout ?? null,
    streamTimeoutSeconds: router.stream_timeout ?? null,
    streamIdleTimeoutSeconds: router.stream_idle_timeout ?? null,
    streamContentTimeoutSeconds: router.stream_content_timeout ?? null,
    maxStreamSeconds:
      router.max_streaming_duration ??
      (fromEnvironment('LITELLM_MAX_STREAMING_DURATION_SECONDS') ||
        CONFIG_DEFAULTS.maxStreamSeconds),
    connectTimeoutSeconds: router.connect_timeout ?? CONFIG_DEFAULTS.connectTimeoutSeconds,
    allowedFails: router.allowed_fails ?? litellm.allowed_fails ?? null,
    allowedFailsByException: router.allowed_fails_policy ?? byName([]),
    cooldownSeconds:
      cooldownSeconds ||
      fromEnvironment('DEFAULT_COOLDOWN_TIME_SECONDS') ||
      CONFIG_DEFAULTS.cooldownSeconds,
    cooldownGrowth: cooldownSeconds ? 'fixed' : 'growing',
    cooldownRules: {
      failureShare:
        fromEnvironment('DEFAULT_FAILURE_THRESHOLD_PERCENT') ?? CONFIG_DEFAULTS.failureShare,
      leastCalls:
        fromEnvironment('DEFAULT_FAILURE_THRESHOLD_MINIMUM_REQUESTS') ??
        CONFIG_DEFAULTS.failureLeastCalls,
      loneLeastCalls:
        fromEnvironment('SINGLE_DEPLOYMENT_TRAFFIC_FAILURE_THRESHOLD') ??
        CONFIG_DEFAULTS.loneFailureLeastCalls,
    },
    cooldownsDisabled: router.disable_cooldowns ?? false,
    retriesByException: policy?.retriesByException ?? byName([]),
    retriesByGroup: router.model_group_retry_policy ?? byName([]),
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
    modelGroupAlias: router.model_group_alias?.targets ?? byName([]),
    hiddenAliases: router.model_group_alias?.hidden ?? [],
    latency: {
      ttlSeconds: router.routing_strategy_args?.ttl ?? CONFIG_DEFAULTS.latencyTtlSeconds,
      buffer: router.routing_strategy_args?.lowest_latency_buffer ?? CONFIG_DEFAULTS.latencyBuffer,
      listSize:
        router.routing_strategy_args?.max_latency_list_size ?? CONFIG_DEFAULTS.latencyListSize,
    },
    providerBudgets: parseProviderBudgets(router),
    tagFiltering: parseTagFiltering(router),
    preCallChecks: router.enable_pre_call_checks === true ? 'on' : 'off',
    rateLimits: router.optional_pre_call_checks?.includes('enforce_model_rate_limits')
      ? 'enforced'
      : 'by-strategy',
    defaultMaxParallelRequests: router.default_max_parallel_requests ?? null,
    defaultPriority: router.default_priority ?? CONFIG_DEFAULTS.priority,
    stickyBy: parseStickyBy(router),
    budgetUnpriced: file.general_settings?.budget_unpriced ?? CONFIG_DEFAULTS.budgetUnpriced,
    hedging: parseHedging(router.hedging),
  };
}

/** Hedging without a moment to begin is no hedging. */
function parseHedging(hedging: RouterSettings['hedging']): HedgingConfig | null {
  const afterMs = hedging?.after_ms ?? null;
  const afterPercentile = hedging?.after_percentile ?? null;
  if (afterMs === null && afterPercentile === null) return null;
  return {
    afterMs,
    afterPercentile,
    most: hedging?.max ?? CONFIG_DEFAULTS.hedgingMost,
    mostPriority: hedging?.max_priority ?? CONFIG_DEFAULTS.hedgingMostPriority,
  };
}

/** LiteLLM's variables that stand for constants of its router. One that is no number is as good as unset. */
function readNumbers(environment: Environment): (name: string) => number | null {
  return (name) => {
    const text = environment[name]?.trim() ?? '';
    const number = Number(text);
    return text !== '' && Number.isFinite(number) && number >= 0 ? number : null;
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

/** A budget of which a part is a reference that nobody resolved holds once the environment is known. */
function parseProviderBudgets(router: RouterSettings): Readonly<Record<string, ProviderBudget>> {
  return byName(
    Object.entries(router.provider_budget_config ?? {}).flatMap(([provider, budget]) => {
      const { budget_limit: limitDollars, time_period: windowSeconds } = budget;
      if (typeof limitDollars !== 'number' || typeof windowSeconds !== 'number') return [];
      return [[provider, { limitDollars, windowSeconds }] as const];
    }),
  );
}

function parseTagFiltering(router: RouterSettings): RouterConfig['tagFiltering'] {
  if (router.enable_tag_filtering !== true) return 'off';
  return router.tag_filtering_match_any === false ? 'all' : 'any';
}

/** LiteLLM's names for the same wish, the narrower one first: a session is part of what a key does. */
function parseStickyBy(router: RouterSettings): readonly StickySource[] {
  const checks = router.optional_pre_call_checks ?? [];
  return [
    ...(router.sticky_by ?? []),
    ...(checks.includes('session_affinity') ? [{ kind: 'session' } as const] : []),
    ...(checks.includes('deployment_affinity') ? [{ kind: 'key' } as const] : []),
  ];
}
