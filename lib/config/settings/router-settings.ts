import { LITELLM_PARAMS } from './litellm-params';
import { RETRY_POLICY, ROUTER_ALLOWED_FAILS_POLICY } from './policies';
import {
  done,
  elsewhere,
  guard,
  harmless,
  harmlessFate,
  ignored,
  ignoredFate,
  nested,
  type Section,
  type Setting,
} from './setting';

/** LiteLLM takes these under `litellm_settings` as well; `router_settings` wins. */
export const SHARED_ROUTER_SETTINGS: readonly Setting[] = [
  ...done('num_retries', 'router.retries', 1, 4),
  ...done('allowed_fails', 'router.allowedFails', 1, 4),
  ...done('cooldown_time', 'router.cooldownSeconds', 10, 60),
  ...done('max_fallbacks', 'router.maxFallbacks', 1, 4),
  ...done('fallbacks', 'router.fallbacks', [{ a: ['b'] }], [{ a: ['c'] }]),
  ...done('context_window_fallbacks', 'router.contextWindowFallbacks', [{ a: ['b'] }], [{ a: [] }]),
  ...done('content_policy_fallbacks', 'router.contentPolicyFallbacks', [{ a: ['b'] }], [{ a: [] }]),
  ...done('default_fallbacks', 'router.defaultFallbacks', ['b'], ['c']),
];

const LATENCY_ARGS: Section = {
  settings: [
    ...done('ttl', 'router.latency.ttlSeconds', 60, 600),
    ...done('lowest_latency_buffer', 'router.latency.buffer', 0.1, 0.5),
    ...done('max_latency_list_size', 'router.latency.listSize', 5, 50),
    ...ignored('rpm tpm', 'weigh deployments by it'),
  ],
  others: 'unknown',
};

const HEDGING: Section = {
  settings: [
    ...done('after_ms', 'router.hedging.afterMs', 100, 200, {
      router_settings: { hedging: { after_percentile: 95 } },
    }),
    ...done('after_percentile', 'router.hedging.afterPercentile', 90, 95, {
      router_settings: { hedging: { after_ms: 100 } },
    }),
    ...done('max', 'router.hedging.most', 1, 2, {
      router_settings: { hedging: { after_ms: 100 } },
    }),
    ...done('max_priority', 'router.hedging.mostPriority', 1, 2, {
      router_settings: { hedging: { after_ms: 100 } },
    }),
  ],
  others: 'unknown',
};

const PROVIDER_BUDGET: Section = {
  settings: [
    ...done('budget_limit', 'router.providerBudgets.openai.limitDollars', 1, 2, {
      router_settings: { provider_budget_config: { openai: { time_period: '1d' } } },
    }),
    ...done('time_period', 'router.providerBudgets.openai.windowSeconds', '1d', '2d', {
      router_settings: { provider_budget_config: { openai: { budget_limit: 1 } } },
    }),
    ...ignored('tpm_limit rpm_limit', 'bound the rate at the provider'),
  ],
  others: 'unknown',
};

const CACHE_KWARGS: Section = {
  settings: done(
    'startup_nodes',
    'cache.nodes',
    [{ host: 'redis-1', port: 7001 }],
    [{ host: 'redis-2', port: 7001 }],
  ),
  others: ignoredFate('hand it to its Redis client'),
};

const REDIS = { router_settings: { redis_host: 'redis' } };

/**
 * `router_settings`: the parameters of LiteLLM's `Router`. LiteLLM drops ours in silence: `call_timeout`,
 * `connect_timeout`, `hedging`, `max_streaming_duration`, `retry_after_by_status`, `sticky_by`, `stream_content_timeout`,
 * `stream_idle_timeout`.
 */
export const ROUTER_SETTINGS: Section = {
  settings: [
    ...SHARED_ROUTER_SETTINGS,
    ...done('routing_strategy', 'router.strategy', 'least-busy', 'round-robin'),
    ...nested('routing_strategy_args', 'map', LATENCY_ARGS),
    ...done('retry_after', 'router.retryAfterSeconds', 1, 5),
    ...done('timeout', 'router.timeoutSeconds', 10, 30),
    ...done('stream_timeout', 'router.streamTimeoutSeconds', 10, 30),
    ...done('call_timeout', 'router.callTimeoutSeconds', 60, 120),
    ...done('stream_idle_timeout', 'router.streamIdleTimeoutSeconds', 10, 30),
    ...done('stream_content_timeout', 'router.streamContentTimeoutSeconds', 10, 30),
    ...done('max_streaming_duration', 'router.maxStreamSeconds', 600, 3000),
    ...done('connect_timeout', 'router.connectTimeoutSeconds', 1, 2),
    ...nested('hedging', 'map', HEDGING),
    ...done('enable_health_check_routing', 'general.healthChecks.routing', true, false),
    ...done('health_check_staleness_threshold', 'general.healthChecks.stalenessSeconds', 10, 20),
    ...done(
      'health_check_ignore_transient_errors',
      'general.healthChecks.transientErrors',
      true,
      false,
    ),
    ...done('disable_cooldowns', 'router.cooldownsDisabled', true, false),
    ...ROUTER_ALLOWED_FAILS_POLICY,
    ...RETRY_POLICY,
    ...done(
      'model_group_retry_policy',
      'router.retriesByGroup',
      { a: { RateLimitErrorRetries: 1 } },
      { a: { RateLimitErrorRetries: 4 } },
    ),
    ...done('retry_after_by_status', 'router.retryAfterSecondsByStatus', { 429: 1 }, { 429: 60 }),
    ...done('model_group_alias', 'router.modelGroupAlias', { b: 'a' }, { b: 'c' }),
    ...nested('provider_budget_config', 'by-name', PROVIDER_BUDGET),
    ...done('enable_tag_filtering', 'router.tagFiltering', true, false),
    ...done('tag_filtering_match_any', 'router.tagFiltering', true, false, {
      router_settings: { enable_tag_filtering: true },
    }),
    ...done('enable_pre_call_checks', 'router.preCallChecks', true, false),
    {
      kind: 'by-value',
      key: 'optional_pre_call_checks',
      fates: {
        enforce_model_rate_limits: {
          kind: 'done',
          fields: ['router.rateLimits'],
          samples: [['enforce_model_rate_limits'], []],
          beside: {},
        },
        session_affinity: {
          kind: 'done',
          fields: ['router.stickyBy'],
          samples: [['session_affinity'], []],
          beside: {},
        },
        deployment_affinity: {
          kind: 'done',
          fields: ['router.stickyBy'],
          samples: [['deployment_affinity'], []],
          beside: {},
        },
        router_budget_limiting: harmlessFate('budgets of deployments and providers always hold'),
        prompt_caching: ignoredFate('lead a prompt to the deployment that has cached it'),
        responses_api_deployment_check: ignoredFate('lead a response to where it was made'),
        forward_client_headers_by_model_group: ignoredFate('pass headers of clients on'),
        encrypted_content_affinity: ignoredFate('lead encrypted content to where it was made'),
      },
      otherwise: () => ignoredFate('check it before each call'),
    },
    ...done('default_max_parallel_requests', 'router.defaultMaxParallelRequests', 1, 4),
    ...done('default_priority', 'router.defaultPriority', 1, 4),
    ...done('sticky_by', 'router.stickyBy', 'user', 'key'),
    ...nested('default_litellm_params', 'map', LITELLM_PARAMS),
    ...done('redis_url', 'cache.nodes', 'redis://redis-1:6379', 'redis://redis-2:6379'),
    ...done('redis_host', 'cache.nodes', 'redis-1', 'redis-2'),
    ...done('redis_port', 'cache.nodes', 6379, 6380, REDIS),
    ...done('redis_password', 'cache.password', 'one', 'two', REDIS),
    ...done('redis_username', 'cache.username', 'one', 'two', REDIS),
    ...done('redis_ssl', 'cache.tls', true, false, REDIS),
    ...done('redis_db', 'cache.database', 0, 3, REDIS),
    ...nested('cache_kwargs', 'map', CACHE_KWARGS),
    ...guard('content', 'guardrail_list', {
      effect: 'check what goes in and out by these guardrails',
      instead: 'call the guardrail from the application or from a proxy in front',
    }),
    ...elsewhere('cache_responses', 'use litellm_settings: {cache: true}'),
    ...elsewhere('model_list', 'use the model_list of the file itself'),
    ...ignored('max_retries', 'let the SDK of each provider try again by itself; see num_retries'),
    ...ignored('caching_groups', 'share cached answers between these models'),
    ...ignored('alerting_config', 'send alerts to Slack'),
    ...ignored('assistants_config search_tools', 'serve further endpoints with it'),
    ...ignored(
      'deployment_affinity_ttl_seconds model_group_affinity_config',
      'bound for whom and how long a caller is held to a deployment; see sticky_by',
    ),
    ...ignored('routing_groups', 'use another strategy for some models'),
    ...ignored('tag_routing_prefix', 'take tags with this prefix for orders of where to go'),
    ...ignored('router_general_settings', 'pass unknown models on to their provider', {
      off: [{ async_only_mode: true }],
    }),
    ...harmless(
      'set_verbose debug_level client_ttl semaphore polling_interval ignore_invalid_deployments',
      'internals of the Python router',
    ),
  ],
  others: 'unknown',
};
