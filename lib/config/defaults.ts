/**
 * What holds where the file says nothing. One constant each, with its source; nothing else in this folder knows a
 * default.
 */
export const CONFIG_DEFAULTS = {
  /** LiteLLM, and what it recommends under load. */
  routingStrategy: 'simple-shuffle',
  /** LiteLLM, code of `Router`: 2. Its table of settings says 3. */
  retries: 2,
  /** LiteLLM: a retry waits for its backoff alone. */
  retryAfterSeconds: 0,
  /**
   * LiteLLM's code waits 6000 s and its documentation speaks of ten minutes. Nobody waits 100 minutes for an answer, while
   * one stuck call that long holds a connection and a draining replica: ten minutes.
   */
  timeoutSeconds: 600,
  /** LiteLLM leaves streams unbounded unless told; an hour is longer than any answer and shorter than a leak. */
  maxStreamSeconds: 3600,
  /** Envoy. */
  connectTimeoutSeconds: 5,
  /** One more attempt: the second deployment is as likely to be fast as a third. */
  hedgingMost: 1,
  /** LiteLLM's highest priority, and that of calls that name none. */
  hedgingMostPriority: 0,
  /** LiteLLM. */
  cooldownSeconds: 5,
  /** LiteLLM, `DEFAULT_FAILURE_THRESHOLD_PERCENT`: a share, in spite of its name. */
  failureShare: 0.5,
  /** LiteLLM, `DEFAULT_FAILURE_THRESHOLD_MINIMUM_REQUESTS`. */
  failureLeastCalls: 5,
  /** LiteLLM, `SINGLE_DEPLOYMENT_TRAFFIC_FAILURE_THRESHOLD`. */
  loneFailureLeastCalls: 1000,
  /** LiteLLM. */
  healthCheckIntervalSeconds: 300,
  /** LiteLLM sets no bound, and a large file then asks every provider in the same instant. */
  healthCheckConcurrency: 8,
  /** LiteLLM, `HEALTH_CHECK_TIMEOUT_SECONDS`. */
  healthCheckTimeoutSeconds: 60,
  /** LiteLLM's documentation: some models refuse to answer in one token. */
  healthCheckMaxTokens: 5,
  /** LiteLLM: results are believed for two intervals. */
  healthCheckStalenessIntervals: 2,
  /** LiteLLM, `ROUTER_MAX_FALLBACKS`. */
  maxFallbacks: 5,
  /** LiteLLM, latency-based routing: `ttl`. */
  latencyTtlSeconds: 3_600,
  /** LiteLLM, latency-based routing: `lowest_latency_buffer`. */
  latencyBuffer: 0,
  /** LiteLLM, latency-based routing: `max_latency_list_size`. */
  latencyListSize: 10,
  /** Requests that name no priority give way to none and are given way by none, as long as nobody names one. */
  priority: 0,
  /** LiteLLM, per worker process; here per replica. */
  databaseConnectionPoolLimit: 10,
  /** Most calls set no bound on their answer, and changing what they ask for is the administrator's choice. */
  budgetEnforcement: 'estimated',
  /** A budget that does not bind is none, and a call that nobody can price is likelier dear than free. */
  budgetUnpriced: 'estimate',
  /** A key that was good yesterday is likelier good than revoked, and an outage of the database is likelier than either. */
  staleKeys: 'serve',
  /** A day: longer than any outage that is not a disaster. */
  staleKeysSeconds: 86_400,
  /** LiteLLM, `BaseCache`: what its Redis cache keeps answers for. */
  responseCacheTtlSeconds: 60,
  /** Redis. */
  redisPort: 6379,
  /** Redis Sentinel. */
  sentinelPort: 26379,
} as const;
