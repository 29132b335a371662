/** Series by name of metric; each is its labels and its values, one each minute, as promtool writes them. */
export type World = Readonly<Record<string, readonly Series[]>>;
export type Series = readonly [labels: Readonly<Record<string, string>>, values: string];

/** As long as the longest window of an alert, and an hour. */
const MINUTES = 420;

const GATEWAY = { job: 'litellm', namespace: 'models', service: 'litellm' };
const POSTGRES = { namespace: 'models', scope: 'litellm-postgres' };
const DEPLOYMENTS = ['first', 'second', 'third', 'fourth'];

export const REPLICAS = ['a', 'b', 'c'];

export const always = (value: number): string => `${value}+0x${MINUTES}`;
export const growing = (byPerMinute: number): string => `0+${byPerMinute}x${MINUTES}`;
/** One value, and another one from a minute on. */
export const changing = (before: number, atMinute: number, after: number): string =>
  `${before}+0x${atMinute - 1} ${after}+0x${MINUTES - atMinute}`;

/** The same series of every replica of the gateway. */
export function onReplicas(
  values: string,
  labels: Readonly<Record<string, string>> = {},
  replicas: readonly string[] = REPLICAS,
): readonly Series[] {
  return replicas.map((instance) => [{ ...GATEWAY, instance, ...labels }, values]);
}

/** One series of each deployment, from every replica. */
export function onDeployments(
  values: string,
  deployments: readonly string[] = DEPLOYMENTS,
): readonly Series[] {
  return deployments.flatMap((model_id) =>
    onReplicas(values, {
      model_id,
      requested_model: 'gpt-4o',
      litellm_model_name: `openai/${model_id}`,
      api_provider: 'openai',
    }),
  );
}

/** Series of the members of the database, one value after the other. */
export function onMembers(...values: readonly string[]): readonly Series[] {
  return values.map((each, index) => [{ ...POSTGRES, pod: `litellm-postgres-${index}` }, each]);
}

/** Series of the members of a database that follows another region, one value after the other. */
export function onRegionMembers(...values: readonly string[]): readonly Series[] {
  return values.map((each, index) => [
    { job: 'litellm-postgres', namespace: 'models', pod: `litellm-postgres-${index + 1}` },
    each,
  ]);
}

/** A histogram of which so many observations a minute stay below each bound. */
export function histogram(perMinute: Readonly<Record<string, number>>): readonly Series[] {
  return Object.entries(perMinute).flatMap(([le, count]) => onReplicas(growing(count), { le }));
}

export const requests = (perMinute: Readonly<Record<string, number>>): readonly Series[] =>
  Object.entries(perMinute).flatMap(([status, count]) => onReplicas(growing(count), { status }));

const KUBERNETES = { job: 'kube-state-metrics', namespace: 'models' };

export const readyReplicas = (values: string): readonly Series[] => [
  [{ ...KUBERNETES, deployment: 'litellm' }, values],
  [{ ...KUBERNETES, deployment: 'another' }, always(0)],
];

export const currentReplicas = (values: string): readonly Series[] => [
  [{ ...KUBERNETES, horizontalpodautoscaler: 'litellm' }, values],
  [{ ...KUBERNETES, horizontalpodautoscaler: 'another' }, always(99)],
];

/** Of a gateway in another namespace, which is down in every way and is nobody's business here. */
const ELSEWHERE = { job: 'litellm', namespace: 'elsewhere', service: 'litellm', instance: 'z' };

/** Three replicas and three members of PostgreSQL with whom all is well. */
export const HEALTHY: World = {
  up: [...onReplicas(always(1)), [ELSEWHERE, always(0)]],
  litellm_requests_total: [
    ...requests({ success: 1000, provider_timeout: 0, model_not_found: 500 }),
    [{ ...ELSEWHERE, status: 'internal_error' }, growing(1000)],
  ],
  litellm_database_connection_status: [...onReplicas(always(1)), [ELSEWHERE, always(0)]],
  litellm_model_health_status: [
    ...onReplicas(always(4), { status: 'healthy' }),
    ...onReplicas(always(0), { status: 'unhealthy' }),
  ],
  litellm_in_flight_requests: onReplicas(always(50)),
  litellm_ha_concurrency_limit: onReplicas(always(100)),
  litellm_ha_event_loop_lag_seconds: onReplicas(always(0.002)),
  litellm_ha_shed_requests_total: onReplicas(always(7), { priority: 'low' }),
  litellm_ha_spool_oldest_age_seconds: onReplicas(always(2)),
  litellm_ha_spool_durable: onReplicas(always(1)),
  litellm_ha_spool_corrupt_records_total: onReplicas(always(0)),
  litellm_ha_spool_torn_tails_total: onReplicas(always(0)),
  litellm_ha_spool_lost_calls_total: onReplicas(always(0)),
  litellm_ha_spool_stranded_segments: onReplicas(always(0)),
  litellm_ha_uncaught_errors_total: [...onReplicas(always(0)), [ELSEWHERE, always(1)]],
  litellm_ha_ledger_difference_micro_dollars: onReplicas(always(0)),
  litellm_ha_directory_age_seconds: onReplicas(always(5)),
  litellm_ha_redis_connected: [...onReplicas(always(1)), [ELSEWHERE, always(0)]],
  litellm_ha_truncated_streams_total: onDeployments(always(3)),
  litellm_request_total_latency_metric_bucket: histogram({ '1': 960, '5': 1000, '+Inf': 1000 }),
  litellm_llm_api_time_to_first_token_metric_bucket: histogram({
    '0.5': 960,
    '2.5': 1000,
    '+Inf': 1000,
  }),
  litellm_deployment_state: onDeployments(always(0)),
  litellm_deployment_cooled_down_total: onDeployments(always(2), ['first']),
  litellm_ha_deployment_misconfigured: onDeployments(always(0)),
  kube_deployment_status_replicas_ready: readyReplicas(always(3)),
  kube_horizontalpodautoscaler_status_current_replicas: currentReplicas(always(3)),
  cnpg_pg_replication_lag: [
    ...onRegionMembers(always(2), always(3), always(3)),
    [{ job: 'litellm-postgres', namespace: 'elsewhere', pod: 'z' }, always(9000)],
  ],
  cnpg_pg_replication_in_recovery: onRegionMembers(always(1), always(1), always(1)),
  cnpg_pg_replication_is_wal_receiver_up: onRegionMembers(always(1), always(1), always(1)),
  patroni_primary: onMembers(always(1), always(0), always(0)),
  patroni_replica: onMembers(always(0), always(1), always(1)),
  patroni_sync_standby: onMembers(always(0), always(1), always(0)),
  patroni_xlog_location: onMembers(growing(1_000_000), always(0), always(0)),
  patroni_xlog_replayed_location: onMembers(always(0), growing(1_000_000), growing(1_000_000)),
};
