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
  /** LiteLLM. */
  cooldownSeconds: 5,
  /** LiteLLM, `ROUTER_MAX_FALLBACKS`. */
  maxFallbacks: 5,
  /** LiteLLM, per worker process; here per replica. */
  databaseConnectionPoolLimit: 10,
  /** Redis. */
  redisPort: 6379,
  /** Redis Sentinel. */
  sentinelPort: 26379,
} as const;
