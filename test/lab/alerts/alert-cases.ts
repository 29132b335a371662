import {
  always,
  changing,
  currentReplicas,
  growing,
  histogram,
  onDeployments,
  onMembers,
  onRegionMembers,
  onReplicas,
  readyReplicas,
  REPLICAS,
  requests,
  type World,
} from './world';

/** What is different from a healthy world, and which alerts fire then: these and no others. */
export interface AlertCase {
  /** `fires`: it must. `silent`: just not. `absent`: series it asks for are gone; it says in `fires` what then. */
  readonly kind: 'fires' | 'silent' | 'absent';
  readonly when: string;
  readonly differs: World;
  readonly atMinute: number;
  readonly fires: readonly string[];
}

const REQUESTS = 'litellm_requests_total';
const LATENCY = 'litellm_request_total_latency_metric_bucket';
const FIRST_TOKEN = 'litellm_llm_api_time_to_first_token_metric_bucket';
const COOLDOWNS = 'litellm_deployment_cooled_down_total';
const READY = 'kube_deployment_status_replicas_ready';
const CURRENT = 'kube_horizontalpodautoscaler_status_current_replicas';
const TWENTY = Array.from({ length: 20 }, (_, index) => `replica-${index}`);
const REST = ['second', 'third', 'fourth'];

const failing = (perThousand: number): World => ({
  [REQUESTS]: requests({ success: 1000 - perThousand, provider_timeout: perThousand }),
});

/** Three percent for an hour, and none since. */
const FAILED_FOR_AN_HOUR: World = {
  [REQUESTS]: [
    ...onReplicas(growing(970), { status: 'success' }),
    ...onReplicas('0+30x60 1800+0x300', { status: 'provider_timeout' }),
  ],
};

export const ALERT_CASES: Readonly<Record<string, readonly AlertCase[]>> = {
  InstanceDown: [
    {
      kind: 'fires',
      when: 'one replica does not answer',
      differs: {
        up: [...onReplicas(always(1), {}, ['a', 'b']), ...onReplicas(always(0), {}, ['c'])],
      },
      atMinute: 2,
      fires: ['InstanceDown'],
    },
    {
      kind: 'silent',
      when: 'a replica has not answered for a minute',
      differs: {
        up: [...onReplicas(always(1), {}, ['a', 'b']), ...onReplicas(changing(1, 5, 0), {}, ['c'])],
      },
      atMinute: 6,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'no replica is known at all',
      differs: { up: [] },
      atMinute: 2,
      fires: ['InstanceDown'],
    },
  ],
  ReplicasBelowMinimum: [
    {
      kind: 'fires',
      when: 'two of three replicas are ready',
      differs: { [READY]: readyReplicas(always(2)) },
      atMinute: 5,
      fires: ['ReplicasBelowMinimum'],
    },
    {
      kind: 'silent',
      when: 'a replica was not ready for four minutes',
      differs: { [READY]: readyReplicas(always(2)) },
      atMinute: 4,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells of Kubernetes, and three replicas answer',
      differs: { [READY]: [] },
      atMinute: 10,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells of Kubernetes, and two replicas are left',
      differs: { [READY]: [], up: onReplicas(always(1), {}, ['a', 'b']) },
      atMinute: 10,
      fires: ['ReplicasBelowMinimum'],
    },
    {
      kind: 'absent',
      when: 'nobody tells anything of replicas',
      differs: { [READY]: [], up: [] },
      atMinute: 10,
      fires: ['InstanceDown', 'ReplicasBelowMinimum'],
    },
  ],
  UncaughtError: [
    {
      kind: 'fires',
      when: 'a replica met an error that nobody caught',
      differs: { litellm_ha_uncaught_errors_total: onReplicas(always(2), {}, ['c']) },
      atMinute: 1,
      fires: ['UncaughtError'],
    },
    {
      kind: 'silent',
      when: 'none did',
      differs: { litellm_ha_uncaught_errors_total: onReplicas(always(0)) },
      atMinute: 12,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells of it',
      differs: { litellm_ha_uncaught_errors_total: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  GatewayMetricsMissing: [
    {
      kind: 'fires',
      when: 'one replica answers without counting requests',
      differs: { [REQUESTS]: onReplicas(growing(1000), { status: 'success' }, ['a', 'b']) },
      atMinute: 10,
      fires: ['GatewayMetricsMissing'],
    },
    {
      kind: 'silent',
      when: 'a replica has not counted requests for nine minutes',
      differs: { [REQUESTS]: onReplicas(growing(1000), { status: 'success' }, ['a', 'b']) },
      atMinute: 9,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'neither requests nor replicas are known, which InstanceDown tells',
      differs: { [REQUESTS]: [], up: [] },
      atMinute: 15,
      fires: ['InstanceDown'],
    },
  ],
  HighErrorRate: [
    {
      kind: 'fires',
      when: '1.1% of requests fail',
      differs: failing(11),
      atMinute: 12,
      fires: ['HighErrorRate'],
    },
    {
      kind: 'silent',
      when: '0.9% of requests fail',
      differs: failing(9),
      atMinute: 12,
      fires: [],
    },
    {
      kind: 'silent',
      when: 'callers send five wrong requests with each right one',
      differs: { [REQUESTS]: requests({ success: 1000, model_not_found: 5000 }) },
      atMinute: 30,
      fires: [],
    },
    {
      kind: 'silent',
      when: 'nobody calls',
      differs: { [REQUESTS]: requests({ success: 0, provider_timeout: 0 }) },
      atMinute: 30,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'requests are not counted, which GatewayMetricsMissing tells',
      differs: { [REQUESTS]: [] },
      atMinute: 12,
      fires: ['GatewayMetricsMissing'],
    },
  ],
  ErrorBudgetBurnsFast: [
    {
      kind: 'fires',
      when: '1.5% of requests fail',
      differs: failing(15),
      atMinute: 12,
      fires: ['ErrorBudgetBurnsFast', 'HighErrorRate'],
    },
    {
      kind: 'silent',
      when: '1.4% of requests fail',
      differs: failing(14),
      atMinute: 12,
      fires: ['HighErrorRate'],
    },
    {
      kind: 'silent',
      when: 'failures ended twenty minutes ago',
      differs: FAILED_FOR_AN_HOUR,
      atMinute: 80,
      fires: ['ErrorBudgetBurnsSlowly'],
    },
    {
      kind: 'absent',
      when: 'requests are not counted',
      differs: { [REQUESTS]: [] },
      atMinute: 20,
      fires: ['GatewayMetricsMissing'],
    },
  ],
  ErrorBudgetBurnsSlowly: [
    {
      kind: 'fires',
      when: '0.7% of requests fail for six hours',
      differs: failing(7),
      atMinute: 400,
      fires: ['ErrorBudgetBurnsSlowly'],
    },
    {
      kind: 'silent',
      when: '0.5% of requests fail for six hours',
      differs: failing(5),
      atMinute: 400,
      fires: [],
    },
    {
      kind: 'silent',
      when: 'failures ended forty minutes ago',
      differs: FAILED_FOR_AN_HOUR,
      atMinute: 100,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'requests are not counted for half an hour',
      differs: { [REQUESTS]: [] },
      atMinute: 30,
      fires: ['GatewayMetricsMissing'],
    },
  ],
  StreamsTruncated: [
    {
      kind: 'fires',
      when: '48 of 4500 requests a minute break off',
      differs: { litellm_ha_truncated_streams_total: onDeployments(growing(4)) },
      atMinute: 10,
      fires: ['StreamsTruncated'],
    },
    {
      kind: 'silent',
      when: '36 of 4500 requests a minute break off',
      differs: { litellm_ha_truncated_streams_total: onDeployments(growing(3)) },
      atMinute: 10,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'broken streams are not counted',
      differs: { litellm_ha_truncated_streams_total: [] },
      atMinute: 10,
      fires: [],
    },
  ],
  HighLatency: [
    {
      kind: 'fires',
      when: 'one answer in sixteen takes more than five seconds',
      differs: { [LATENCY]: histogram({ '1': 900, '5': 940, '10': 1000, '+Inf': 1000 }) },
      atMinute: 15,
      fires: ['HighLatency'],
    },
    {
      kind: 'silent',
      when: 'one answer in twenty takes more than five seconds',
      differs: { [LATENCY]: histogram({ '1': 900, '5': 950, '10': 1000, '+Inf': 1000 }) },
      atMinute: 15,
      fires: [],
    },
    {
      kind: 'silent',
      when: 'nobody calls any more',
      differs: { [LATENCY]: histogram({ '1': 0, '5': 0, '+Inf': 0 }) },
      atMinute: 15,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'no answer was ever given',
      differs: { [LATENCY]: [] },
      atMinute: 15,
      fires: [],
    },
  ],
  SlowFirstToken: [
    {
      kind: 'fires',
      when: 'one first token in sixteen takes more than 2.5 seconds',
      differs: { [FIRST_TOKEN]: histogram({ '0.5': 900, '2.5': 940, '3': 1000, '+Inf': 1000 }) },
      atMinute: 15,
      fires: ['SlowFirstToken'],
    },
    {
      kind: 'silent',
      when: 'one first token in twenty takes more than 2.5 seconds',
      differs: { [FIRST_TOKEN]: histogram({ '0.5': 900, '2.5': 950, '3': 1000, '+Inf': 1000 }) },
      atMinute: 15,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'no token ever came',
      differs: { [FIRST_TOKEN]: [] },
      atMinute: 15,
      fires: [],
    },
  ],
  GatewaySaturated: [
    {
      kind: 'fires',
      when: '81 of 100 places are taken',
      differs: { litellm_in_flight_requests: onReplicas(always(81)) },
      atMinute: 5,
      fires: ['GatewaySaturated'],
    },
    {
      kind: 'silent',
      when: '80 of 100 places are taken',
      differs: { litellm_in_flight_requests: onReplicas(always(80)) },
      atMinute: 30,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells how many places there are',
      differs: { litellm_ha_concurrency_limit: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  RequestsShed: [
    {
      kind: 'fires',
      when: 'one replica refuses a request a minute',
      differs: {
        litellm_ha_shed_requests_total: onReplicas(growing(1), { priority: 'low' }, ['a']),
      },
      atMinute: 10,
      fires: ['RequestsShed'],
    },
    {
      kind: 'silent',
      when: 'requests were refused until ten minutes ago',
      differs: {
        litellm_ha_shed_requests_total: onReplicas('0+1x10 10+0x400', { priority: 'low' }),
      },
      atMinute: 20,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells of refusals',
      differs: { litellm_ha_shed_requests_total: [] },
      atMinute: 20,
      fires: [],
    },
  ],
  EventLoopLag: [
    {
      kind: 'fires',
      when: 'one replica is late by 0.2 seconds',
      differs: {
        litellm_ha_event_loop_lag_seconds: [
          ...onReplicas(always(0.2), {}, ['a']),
          ...onReplicas(always(0.002), {}, ['b', 'c']),
        ],
      },
      atMinute: 10,
      fires: ['EventLoopLag'],
    },
    {
      kind: 'silent',
      when: 'a replica was late once',
      differs: { litellm_ha_event_loop_lag_seconds: onReplicas('0.002+0x9 0.4 0.002+0x400') },
      atMinute: 15,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells how late it is',
      differs: { litellm_ha_event_loop_lag_seconds: [] },
      atMinute: 10,
      fires: [],
    },
  ],
  AutoscalerAtMaximum: [
    {
      kind: 'fires',
      when: 'twenty replicas run',
      differs: { [CURRENT]: currentReplicas(always(20)) },
      atMinute: 15,
      fires: ['AutoscalerAtMaximum'],
    },
    {
      kind: 'silent',
      when: 'nineteen replicas run',
      differs: { [CURRENT]: currentReplicas(always(19)) },
      atMinute: 30,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells of Kubernetes, and three replicas answer',
      differs: { [CURRENT]: [] },
      atMinute: 30,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells of Kubernetes, and twenty replicas answer',
      differs: {
        [CURRENT]: [],
        up: onReplicas(always(1), {}, TWENTY),
        [REQUESTS]: onReplicas(growing(1000), { status: 'success' }, TWENTY),
      },
      atMinute: 15,
      fires: ['AutoscalerAtMaximum'],
    },
  ],
  AllProvidersDown: [
    {
      kind: 'fires',
      when: 'no replica knows a healthy deployment',
      differs: {
        litellm_model_health_status: [
          ...onReplicas(always(0), { status: 'healthy' }),
          ...onReplicas(always(4), { status: 'unhealthy' }),
        ],
      },
      atMinute: 2,
      fires: ['AllProvidersDown'],
    },
    {
      kind: 'silent',
      when: 'one replica knows one healthy deployment',
      differs: {
        litellm_model_health_status: [
          ...onReplicas(always(1), { status: 'healthy' }, ['a']),
          ...onReplicas(always(0), { status: 'healthy' }, ['b', 'c']),
        ],
      },
      atMinute: 30,
      fires: [],
    },
    {
      kind: 'silent',
      when: 'there has been no healthy deployment for a minute',
      differs: { litellm_model_health_status: onReplicas(always(0), { status: 'healthy' }) },
      atMinute: 1,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'only unhealthy deployments are counted',
      differs: { litellm_model_health_status: onReplicas(always(4), { status: 'unhealthy' }) },
      atMinute: 2,
      fires: ['AllProvidersDown'],
    },
    {
      kind: 'absent',
      when: 'no deployments are counted',
      differs: { litellm_model_health_status: [] },
      atMinute: 2,
      fires: ['AllProvidersDown'],
    },
  ],
  DeploymentOutage: [
    {
      kind: 'fires',
      when: 'one deployment is out',
      differs: {
        litellm_deployment_state: [
          ...onDeployments(always(2), ['first']),
          ...onDeployments(always(0), REST),
        ],
      },
      atMinute: 5,
      fires: ['DeploymentOutage'],
    },
    {
      kind: 'silent',
      when: 'all deployments fail now and then',
      differs: { litellm_deployment_state: onDeployments(always(1)) },
      atMinute: 30,
      fires: [],
    },
    {
      kind: 'silent',
      when: 'a deployment has been out for four minutes',
      differs: {
        litellm_deployment_state: [
          ...onDeployments(changing(0, 10, 2), ['first']),
          ...onDeployments(always(0), REST),
        ],
      },
      atMinute: 14,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells of deployments',
      differs: { litellm_deployment_state: [] },
      atMinute: 20,
      fires: [],
    },
  ],
  DeploymentMisconfigured: [
    {
      kind: 'fires',
      when: 'one provider refuses its key',
      differs: {
        litellm_ha_deployment_misconfigured: [
          ...onDeployments(always(1), ['first']),
          ...onDeployments(always(0), REST),
        ],
      },
      atMinute: 1,
      fires: ['DeploymentMisconfigured'],
    },
    {
      kind: 'silent',
      when: 'the provider refused its key just now',
      differs: { litellm_ha_deployment_misconfigured: onDeployments(changing(0, 10, 1)) },
      atMinute: 10,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells of keys',
      differs: { litellm_ha_deployment_misconfigured: [] },
      atMinute: 20,
      fires: [],
    },
  ],
  CooldownStorm: [
    {
      kind: 'fires',
      when: 'three of four deployments rest again and again',
      differs: { [COOLDOWNS]: onDeployments(growing(1), REST) },
      atMinute: 30,
      fires: ['CooldownStorm'],
    },
    {
      kind: 'fires',
      when: 'three of four deployments rest for the first time',
      differs: { [COOLDOWNS]: onDeployments('_x24 1+0x400', REST) },
      atMinute: 32,
      fires: ['CooldownStorm'],
    },
    {
      kind: 'silent',
      when: 'two of four deployments rest again and again',
      differs: { [COOLDOWNS]: onDeployments(growing(1), ['first', 'second']) },
      atMinute: 30,
      fires: [],
    },
    {
      kind: 'silent',
      when: 'all deployments rested long ago',
      differs: { [COOLDOWNS]: onDeployments('0+1x10 10+0x400') },
      atMinute: 40,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'no deployment ever rested',
      differs: { [COOLDOWNS]: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  DatabaseConnectionFailed: [
    {
      kind: 'fires',
      when: 'one replica does not reach the database',
      differs: {
        litellm_database_connection_status: [
          ...onReplicas(always(0), {}, ['a']),
          ...onReplicas(always(1), {}, ['b', 'c']),
        ],
      },
      atMinute: 1,
      fires: ['DatabaseConnectionFailed'],
    },
    {
      kind: 'silent',
      when: 'the database has been out of reach for less than a minute',
      differs: { litellm_database_connection_status: onReplicas(changing(1, 10, 0)) },
      atMinute: 10,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'no replica tells of its database',
      differs: { litellm_database_connection_status: [] },
      atMinute: 1,
      fires: ['DatabaseConnectionFailed'],
    },
  ],
  PostgresWithoutLeader: [
    {
      kind: 'fires',
      when: 'all members are replicas',
      differs: { patroni_primary: onMembers(always(0), always(0), always(0)) },
      atMinute: 1,
      fires: ['PostgresWithoutLeader'],
    },
    {
      kind: 'silent',
      when: 'the primary left and the next one comes within a minute',
      differs: {
        patroni_primary: onMembers('1+0x9 0+0x400', '0+0x10 1+0x400', always(0)),
      },
      atMinute: 10,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'no member tells its role',
      differs: { patroni_primary: [] },
      atMinute: 1,
      fires: ['PostgresWithoutLeader'],
    },
  ],
  PostgresTwoLeaders: [
    {
      kind: 'fires',
      when: 'two members are primary',
      differs: { patroni_primary: onMembers(always(1), always(1), always(0)) },
      atMinute: 1,
      fires: ['PostgresTwoLeaders'],
    },
    {
      kind: 'silent',
      when: 'the old primary was seen once more after the new one',
      differs: {
        patroni_primary: onMembers('1+0x10 0+0x400', '0+0x9 1+0x400', always(0)),
      },
      atMinute: 10,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'no member tells its role, which PostgresWithoutLeader tells',
      differs: { patroni_primary: [] },
      atMinute: 5,
      fires: ['PostgresWithoutLeader'],
    },
  ],
  PostgresWithoutStandby: [
    {
      kind: 'fires',
      when: 'no replica is synchronous',
      differs: { patroni_sync_standby: onMembers(always(0), always(0), always(0)) },
      atMinute: 5,
      fires: ['PostgresWithoutStandby'],
    },
    {
      kind: 'silent',
      when: 'there was no synchronous replica for four minutes',
      differs: { patroni_sync_standby: onMembers(always(0), changing(1, 10, 0), always(0)) },
      atMinute: 14,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'no member tells whether it is synchronous',
      differs: { patroni_sync_standby: [] },
      atMinute: 5,
      fires: ['PostgresWithoutStandby'],
    },
  ],
  PostgresReplicaLag: [
    {
      kind: 'fires',
      when: 'one replica falls behind by 100 kB a minute',
      differs: {
        patroni_xlog_replayed_location: onMembers(always(0), growing(1_000_000), growing(900_000)),
      },
      atMinute: 16,
      fires: ['PostgresReplicaLag'],
    },
    {
      kind: 'silent',
      when: 'replicas stay behind by as much as a new primary may',
      differs: {
        patroni_xlog_replayed_location: onMembers(
          always(0),
          '-1048576+1000000x420',
          '-1048576+1000000x420',
        ),
      },
      atMinute: 30,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'the primary does not tell where it is',
      differs: { patroni_xlog_location: [] },
      atMinute: 30,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'replicas do not tell where they are',
      differs: { patroni_xlog_replayed_location: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  SpendNotDelivered: [
    {
      kind: 'fires',
      when: 'the database has been away for a quarter of an hour',
      differs: { litellm_ha_spool_oldest_age_seconds: onReplicas('2+0x9 2+60x400') },
      atMinute: 26,
      fires: ['SpendNotDelivered'],
    },
    {
      kind: 'silent',
      when: 'the database was away for ten minutes',
      differs: { litellm_ha_spool_oldest_age_seconds: onReplicas('2+60x10 2+0x400') },
      atMinute: 15,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells what waits',
      differs: { litellm_ha_spool_oldest_age_seconds: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  SpendKeptInMemory: [
    {
      kind: 'fires',
      when: 'the data folder of one replica is full',
      differs: {
        litellm_ha_spool_durable: [
          ...onReplicas(always(1), {}, ['a', 'b']),
          ...onReplicas(always(0), {}, ['c']),
        ],
      },
      atMinute: 5,
      fires: ['SpendKeptInMemory'],
    },
    {
      kind: 'silent',
      when: 'it was full for four minutes',
      differs: { litellm_ha_spool_durable: onReplicas(changing(1, 10, 0)) },
      atMinute: 14,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells where spending waits',
      differs: { litellm_ha_spool_durable: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  SpendStranded: [
    {
      kind: 'fires',
      when: 'one replica cannot read what former ones left',
      differs: { litellm_ha_spool_stranded_segments: onReplicas(always(2), {}, ['c']) },
      atMinute: 5,
      fires: ['SpendStranded'],
    },
    {
      kind: 'silent',
      when: 'it could read them after two minutes',
      differs: { litellm_ha_spool_stranded_segments: onReplicas(changing(2, 3, 0)) },
      atMinute: 12,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells of it',
      differs: { litellm_ha_spool_stranded_segments: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  SpendLost: [
    {
      kind: 'fires',
      when: 'records of a former process are gone',
      differs: { litellm_ha_spool_lost_calls_total: onReplicas(always(2), {}, ['c']) },
      atMinute: 2,
      fires: ['SpendLost'],
    },
    {
      kind: 'silent',
      when: 'none was ever missing',
      differs: { litellm_ha_spool_lost_calls_total: onReplicas(always(0)) },
      atMinute: 12,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells of it',
      differs: { litellm_ha_spool_lost_calls_total: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  SpoolDamaged: [
    {
      kind: 'fires',
      when: 'a process was killed in the middle of a write',
      differs: { litellm_ha_spool_torn_tails_total: onReplicas(always(2), {}, ['c']) },
      atMinute: 2,
      fires: ['SpoolDamaged'],
    },
    {
      kind: 'silent',
      when: 'all were whole',
      differs: { litellm_ha_spool_torn_tails_total: onReplicas(always(0)) },
      atMinute: 12,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells of it',
      differs: { litellm_ha_spool_torn_tails_total: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  LedgerDiffers: [
    {
      kind: 'fires',
      when: 'rows of a replica are missing',
      differs: { litellm_ha_ledger_difference_micro_dollars: onReplicas(always(-250)) },
      atMinute: 5,
      fires: ['LedgerDiffers'],
    },
    {
      kind: 'silent',
      when: 'a reader lagged for four minutes',
      differs: { litellm_ha_ledger_difference_micro_dollars: onReplicas(changing(0, 10, -250)) },
      atMinute: 14,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody compares',
      differs: { litellm_ha_ledger_difference_micro_dollars: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  KeySnapshotStale: [
    {
      kind: 'fires',
      when: 'a replica has heard nothing for minutes',
      differs: { litellm_ha_directory_age_seconds: onReplicas('5+60x420') },
      atMinute: 8,
      fires: ['KeySnapshotStale'],
    },
    {
      kind: 'silent',
      when: 'the database failed over',
      differs: { litellm_ha_directory_age_seconds: onReplicas('5+60x3 5+0x410') },
      atMinute: 6,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells how old its knowledge is',
      differs: { litellm_ha_directory_age_seconds: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  RedisUnreachable: [
    {
      kind: 'fires',
      when: 'no replica reaches Redis',
      differs: { litellm_ha_redis_connected: onReplicas(always(0)) },
      atMinute: 2,
      fires: ['RedisUnreachable'],
    },
    {
      kind: 'silent',
      when: 'Redis failed over a minute ago',
      differs: { litellm_ha_redis_connected: onReplicas(changing(1, 10, 0)) },
      atMinute: 11,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'the gateway has no Redis',
      differs: { litellm_ha_redis_connected: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  RegionReplicationLag: [
    {
      kind: 'fires',
      when: 'the log of the other region is replayed too slowly',
      differs: { cnpg_pg_replication_lag: onRegionMembers(always(31), always(31), always(31)) },
      atMinute: 1,
      fires: ['RegionReplicationLag'],
    },
    {
      kind: 'silent',
      when: 'the replica lags by just what is promised',
      differs: { cnpg_pg_replication_lag: onRegionMembers(always(30), always(30), always(30)) },
      atMinute: 30,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells how far behind the replica is',
      differs: { cnpg_pg_replication_lag: [] },
      atMinute: 30,
      fires: [],
    },
  ],
  RegionReplicationStopped: [
    {
      kind: 'fires',
      when: 'the other region is not reached any more',
      differs: {
        cnpg_pg_replication_is_wal_receiver_up: onRegionMembers(always(0), always(1), always(1)),
      },
      atMinute: 2,
      fires: ['RegionReplicationStopped'],
    },
    {
      kind: 'silent',
      when: 'the connection was away for a minute',
      differs: {
        cnpg_pg_replication_is_wal_receiver_up: onRegionMembers(
          '1+0x9 0 1+0x400',
          always(1),
          always(1),
        ),
      },
      atMinute: 12,
      fires: [],
    },
    {
      kind: 'silent',
      when: 'the replica was promoted and receives nothing any more',
      differs: {
        cnpg_pg_replication_in_recovery: onRegionMembers(always(0), always(1), always(1)),
        cnpg_pg_replication_is_wal_receiver_up: onRegionMembers(always(0), always(1), always(1)),
      },
      atMinute: 30,
      fires: [],
    },
    {
      kind: 'absent',
      when: 'nobody tells anything of the replica',
      differs: {
        cnpg_pg_replication_in_recovery: [],
        cnpg_pg_replication_is_wal_receiver_up: [],
        cnpg_pg_replication_lag: [],
      },
      atMinute: 30,
      fires: ['RegionReplicationStopped'],
    },
  ],
};

/** Replicas that came and went: the world of `REPLICAS` after a rolling update, for a while seen twice. */
export const ROLLING_UPDATE: World = {
  up: [...onReplicas('1+0x20', {}, REPLICAS), ...onReplicas('_x18 1+0x400', {}, ['d', 'e', 'f'])],
  [REQUESTS]: [
    ...onReplicas('0+1000x20', { status: 'success' }, REPLICAS),
    ...onReplicas('_x18 0+1000x400', { status: 'success' }, ['d', 'e', 'f']),
  ],
};
