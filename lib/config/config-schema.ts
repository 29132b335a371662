import { z } from 'zod';
import { durationSetting } from './duration-setting';
import { guardSettings, litellmGuardSettings, refuseAnybodysHeader } from './guards-schema';
import { COST_FIELDS } from '../prices';
import type { RoutingStrategy } from './gateway-config';
import {
  aliasSetting,
  allowedFailsPolicySetting,
  groupRetryPolicySetting,
  retryPolicySetting,
  statusWaitsSetting,
} from './policy-schemas';
import {
  booleanSetting,
  choiceSetting,
  fallbacksSetting,
  literalBooleanSetting,
  nameListSetting,
  numberSetting,
  redisUrlSetting,
  refuseSetting,
  requiredTextSetting,
  textSetting,
} from './setting-schemas';
import { stickySetting } from './sticky-setting';
import { extraBodySetting, headersSetting } from './upstream-settings';

const ROUTING_STRATEGIES: readonly RoutingStrategy[] = [
  'simple-shuffle',
  'least-busy',
  'usage-based-routing',
  'usage-based-routing-v2',
  'latency-based-routing',
  'cost-based-routing',
  'provider-budget-routing',
  'round-robin',
  'least-connections',
  'peak-ewma',
];

const count = (example: number) => numberSetting({ of: 'whole', least: 0, example });
const seconds = (example: number) => numberSetting({ of: 'any', least: 0, example });
/** A bound of zero seconds would fail every call. */
const bound = (example: number) => numberSetting({ of: 'any', least: 0.001, example });
const port = (example: number) => numberSetting({ of: 'whole', least: 1, most: 65_535, example });

const dollars = (example: number) => numberSetting({ of: 'any', least: 0, example });

/** Every field of LiteLLM's that says what a call costs. */
const costSettings = Object.fromEntries(
  COST_FIELDS.map((field) => [field, dollars(0.000_002_5)] as const),
);

const litellmParams = z.looseObject({
  ...costSettings,
  model: requiredTextSetting('openai/gpt-4o'),
  custom_llm_provider: textSetting(),
  api_key: textSetting(),
  api_base: textSetting(),
  base_url: textSetting(),
  api_version: textSetting(),
  organization: z.union([textSetting(), nameListSetting()]),
  weight: numberSetting({ of: 'any', least: 0, example: 1 }),
  rpm: count(100),
  tpm: count(100_000),
  order: numberSetting({ of: 'whole', least: Number.MIN_SAFE_INTEGER, example: 1 }),
  max_parallel_requests: numberSetting({ of: 'whole', least: 1, example: 10 }),
  timeout: bound(30),
  request_timeout: bound(30),
  stream_timeout: bound(30),
  num_retries: count(2),
  cooldown_time: seconds(5),
  tags: nameListSetting(),
  max_budget: dollars(100),
  budget_duration: durationSetting(),
  region_name: textSetting(),
  aws_region_name: textSetting(),
  vertex_location: textSetting(),
  extra_headers: headersSetting(),
  headers: headersSetting(),
  extra_body: extraBodySetting(),
  drop_params: booleanSetting(),
  additional_drop_params: nameListSetting(),
  allowed_openai_params: nameListSetting(),
});

const deploymentHealthSettings = {
  cooldown_time: seconds(5),
  allowed_fails: count(3),
  allowed_fails_policy: allowedFailsPolicySetting(),
  health_check_model: textSetting(),
  health_check_timeout: bound(60),
  health_check_max_tokens: numberSetting({ of: 'whole', least: 1, example: 5 }),
  disable_background_health_check: booleanSetting(),
};

/** LiteLLM reads these under either section. */
const healthRoutingSettings = {
  enable_health_check_routing: booleanSetting(),
  health_check_staleness_threshold: bound(600),
  health_check_ignore_transient_errors: booleanSetting(),
};

const modelEntry = z.looseObject({
  model_name: requiredTextSetting('gpt-4o'),
  litellm_params: litellmParams,
  model_info: z
    .looseObject({
      id: textSetting(),
      rpm: count(100),
      tpm: count(100_000),
      ...deploymentHealthSettings,
      base_model: textSetting(),
      ...costSettings,
      max_input_tokens: count(128_000),
      supports_response_schema: booleanSetting(),
      access_groups: nameListSetting(),
    })
    .nullish(),
  rpm: count(100),
  tpm: count(100_000),
});

const sharedRouterSettings = {
  num_retries: count(2),
  allowed_fails: count(3),
  cooldown_time: seconds(5),
  max_fallbacks: count(5),
  fallbacks: fallbacksSetting(),
  context_window_fallbacks: fallbacksSetting(),
  content_policy_fallbacks: fallbacksSetting(),
  default_fallbacks: nameListSetting(),
};

const redisNode = z.looseObject({ host: requiredTextSetting('redis-1'), port: port(6379) });

const providerBudget = z
  .looseObject({ budget_limit: dollars(100), time_period: durationSetting() })
  .superRefine((budget, sink) => {
    const fixes = {
      budget_limit: 'write US dollars such as 100',
      time_period: 'write a span of time such as 1d',
    };
    for (const key of ['budget_limit', 'time_period'] as const) {
      // Null is a reference that nobody resolved.
      if (budget[key] !== undefined) continue;
      refuseSetting(sink, {
        rule: 'config.required',
        path: [key],
        allowed: 'be given',
        fix: fixes[key],
      });
    }
  });

const routerSettings = z.looseObject({
  ...sharedRouterSettings,
  routing_strategy: choiceSetting(ROUTING_STRATEGIES),
  retry_after: seconds(5),
  timeout: bound(30),
  stream_timeout: bound(30),
  call_timeout: bound(120),
  stream_idle_timeout: bound(30),
  stream_content_timeout: bound(120),
  max_streaming_duration: bound(3600),
  connect_timeout: bound(5),
  hedging: z
    .looseObject({
      after_ms: numberSetting({ of: 'any', least: 1, example: 2000 }),
      after_percentile: numberSetting({ of: 'any', least: 50, most: 99.9, example: 95 }),
      max: numberSetting({ of: 'whole', least: 1, most: 3, example: 1 }),
      max_priority: count(0),
    })
    .nullish(),
  ...healthRoutingSettings,
  disable_cooldowns: booleanSetting(),
  allowed_fails_policy: allowedFailsPolicySetting(),
  retry_policy: retryPolicySetting(),
  model_group_retry_policy: groupRetryPolicySetting(),
  retry_after_by_status: statusWaitsSetting(),
  model_group_alias: aliasSetting(),
  routing_strategy_args: z
    .looseObject({
      ttl: bound(3600),
      lowest_latency_buffer: numberSetting({ of: 'any', least: 0, example: 0.5 }),
      max_latency_list_size: numberSetting({ of: 'whole', least: 1, example: 10 }),
    })
    .nullish(),
  provider_budget_config: z.record(z.string(), providerBudget).nullish(),
  enable_tag_filtering: booleanSetting(),
  tag_filtering_match_any: booleanSetting(),
  enable_pre_call_checks: booleanSetting(),
  optional_pre_call_checks: nameListSetting(),
  default_max_parallel_requests: numberSetting({ of: 'whole', least: 1, example: 10 }),
  default_priority: count(0),
  sticky_by: stickySetting(),
  default_litellm_params: z.looseObject({}).nullish(),
  redis_url: redisUrlSetting(),
  redis_host: textSetting(),
  redis_port: port(6379),
  redis_password: textSetting(),
  redis_username: textSetting(),
  redis_ssl: booleanSetting(),
  redis_db: numberSetting({ of: 'whole', least: 0, example: 0 }),
  cache_kwargs: z.looseObject({ startup_nodes: z.array(redisNode).nullish() }).nullish(),
});

const cacheParams = z.looseObject({
  type: textSetting(),
  url: redisUrlSetting(),
  host: textSetting(),
  port: port(6379),
  username: textSetting(),
  password: textSetting(),
  ssl: booleanSetting(),
  service_name: textSetting(),
  sentinel_nodes: z.array(z.tuple([requiredTextSetting('sentinel-1'), port(26_379)])).nullish(),
  sentinel_password: textSetting(),
  redis_startup_nodes: z.array(redisNode).nullish(),
  ssl_ca_certs: textSetting(),
  db: numberSetting({ of: 'whole', least: 0, example: 0 }),
  ttl: bound(60),
  default_in_redis_ttl: bound(60),
  default_in_memory_ttl: bound(60),
  mode: choiceSetting(['default_on', 'default_off'] as const),
  namespace: textSetting(),
  supported_call_types: nameListSetting(),
});

const generalSettings = z
  .looseObject({
    master_key: textSetting(),
    database_url: textSetting(),
    database_url_read_replica: textSetting(),
    database_connection_pool_limit: numberSetting({ of: 'whole', least: 1, example: 10 }),
    budget_enforcement: choiceSetting(['hard', 'estimated'] as const),
    budget_unpriced: choiceSetting(['estimate', 'refuse', 'allow'] as const),
    price_list: z
      .record(z.string(), z.looseObject({ ...costSettings, max_input_tokens: count(128_000) }))
      .nullish(),
    stale_keys: choiceSetting(['serve', 'refuse'] as const),
    stale_keys_after: bound(86_400),
    ...healthRoutingSettings,
    background_health_checks: booleanSetting(),
    use_shared_health_check: booleanSetting(),
    health_check_interval: numberSetting({ of: 'any', least: 1, example: 300 }),
    health_check_concurrency: numberSetting({ of: 'whole', least: 1, example: 8 }),
    health_check_details: booleanSetting(),
    max_in_flight_requests_per_worker: numberSetting({ of: 'whole', least: 1, example: 1000 }),
    global_max_parallel_requests: numberSetting({ of: 'whole', least: 1, example: 1000 }),
    cache: booleanSetting(),
    redis_host: textSetting(),
    redis_port: port(26_379),
    redis_password: textSetting(),
    redis_use_sentinel: literalBooleanSetting(),
    redis_sentinel_master_name: textSetting(),
    forward_client_headers_to_llm_api: booleanSetting(),
    forward_openai_org_id: booleanSetting(),
    ...guardSettings,
  })
  .superRefine((general, sink) => {
    refuseAnybodysHeader(general, sink);
    if (general.redis_use_sentinel !== true || general.cache === false) return;
    const missing = (['redis_host', 'redis_sentinel_master_name'] as const).filter(
      (key) => general[key] === undefined || general[key] === null || general[key] === '',
    );
    for (const key of missing) {
      refuseSetting(sink, {
        rule: 'config.cache.sentinel',
        path: [key],
        allowed: 'be given with redis_use_sentinel',
        fix:
          key === 'redis_host'
            ? 'name a Sentinel'
            : 'name the master the Sentinels watch, such as mymaster',
      });
    }
  });

/** The parts of the file the gateway acts on, in either dialect; everything else passes unread. */
export const configSchema = z.looseObject({
  model_list: z.array(modelEntry).nullish(),
  litellm_settings: z
    .looseObject({
      ...sharedRouterSettings,
      request_timeout: bound(600),
      cache: booleanSetting(),
      cache_params: cacheParams.nullish(),
      drop_params: booleanSetting(),
      model_group_settings: z
        .looseObject({ forward_client_headers_to_llm_api: nameListSetting() })
        .nullish(),
      ...litellmGuardSettings,
    })
    .nullish(),
  router_settings: routerSettings.nullish(),
  general_settings: generalSettings.nullish(),
  environment_variables: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .nullish(),
  litellm_ha_settings: z.looseObject({ accept_without: nameListSetting() }).nullish(),
  credential_list: z
    .array(
      z.looseObject({
        credential_name: requiredTextSetting('azure-east'),
        credential_values: z.looseObject({}).nullish(),
      }),
    )
    .nullish(),
});

export type ConfigFile = z.infer<typeof configSchema>;
export type ModelEntry = z.infer<typeof modelEntry>;
export type RouterSettings = z.infer<typeof routerSettings>;
export type CacheParams = z.infer<typeof cacheParams>;
export type RedisNode = z.infer<typeof redisNode>;
