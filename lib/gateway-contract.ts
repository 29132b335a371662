/**
 * What infrastructure and runtime agree on. A load balancer cannot probe a path the gateway does not serve and an alert
 * cannot name a metric it does not emit, because both sides read it here.
 */

/** The port LiteLLM's proxy listens on, so that its official image fits too. */
export const GATEWAY_PORT = 4000;

/** LiteLLM's own paths, plus `region`, which DNS asks. */
export const GATEWAY_PATHS = {
  /** The process turns its event loop. Never depends on anything outside the process. */
  liveness: '/health/liveliness',
  livenessAlias: '/health/liveness',
  /** May take new requests: configured, not draining. Never asks database, cache or providers. */
  readiness: '/health/readiness',
  /** Every deployment of the configuration with its health; needs the master key. */
  deep: '/health',
  /**
   * POST starts the drain and answers once nothing is in flight, DELETE takes it back. Both take the drain token or the master
   * key, from whatever address they come.
   */
  drain: '/health/drain',
  /** What a global load balancer or DNS health check asks: this region takes traffic. */
  region: '/health/region',
  metrics: '/metrics',
  chatCompletions: '/v1/chat/completions',
  models: '/v1/models',
} as const;

/** Environment variables the gateway reads; LiteLLM's names wherever LiteLLM has one. */
export const GATEWAY_ENVIRONMENT = {
  /** The administrator's key. Without it the gateway refuses to listen on anything but loopback. */
  masterKey: 'LITELLM_MASTER_KEY',
  /** Where identity providers publish the keys of their tokens, separated by commas; LiteLLM's name. */
  jwtPublicKeyUrl: 'JWT_PUBLIC_KEY_URL',
  /** Whom tokens are made for, separated by commas: this gateway, as the identity provider calls it. LiteLLM's name. */
  jwtAudience: 'JWT_AUDIENCE',
  /** Whose tokens are believed, separated by commas; LiteLLM's name. */
  jwtIssuer: 'JWT_ISSUER',
  /** PostgreSQL URL of the writer, in production that of the pooler. */
  databaseUrl: 'DATABASE_URL',
  /** What stands for the password of the database: `password` (standard), `rds-iam`, `dsql-iam` or `cloud-sql-iam`. */
  databaseAuth: 'LITELLM_HA_DATABASE_AUTH',
  /** Password of the database where its URL holds none, as one that rotates; LiteLLM's name. */
  databasePassword: 'DATABASE_PASSWORD',
  /**
   * Role that replicas log in as with tokens of RDS. Where it is set, `migrate` creates it and grants it the rows of all
   * tables. Not for replicas themselves, whose URL names it.
   */
  databaseLoginRole: 'LITELLM_HA_DATABASE_LOGIN_ROLE',
  /** PostgreSQL URL of the readers; LiteLLM's name. */
  databaseReaderUrl: 'DATABASE_URL_READ_REPLICA',
  /**
   * PostgreSQL URL of the server itself where that of the writer is a pooler's: what changes the schema goes past the
   * pooler. LiteLLM's name.
   */
  databaseDirectUrl: 'DIRECT_URL',
  redisHost: 'REDIS_HOST',
  redisPort: 'REDIS_PORT',
  /** Of Redis' own users; without it the one that is called `default`. LiteLLM's name. */
  redisUserName: 'REDIS_USERNAME',
  redisPassword: 'REDIS_PASSWORD',
  redisTls: 'REDIS_SSL',
  /** File of the authorities that may sign the certificate of Redis. */
  redisTlsCaFile: 'REDIS_SSL_CA_CERTS',
  /** JSON list of `{host, port}`. */
  redisClusterNodes: 'REDIS_CLUSTER_NODES',
  /** JSON list of `[host, port]`. */
  redisSentinelNodes: 'REDIS_SENTINEL_NODES',
  redisSentinelServiceName: 'REDIS_SERVICE_NAME',
  redisSentinelPassword: 'REDIS_SENTINEL_PASSWORD',
  /**
   * Secret that keys are hashed with; LiteLLM's name. The same on every replica and in every region, and never changed:
   * every key depends on it. Without it the master key is used, and changing that one then ends every key.
   */
  saltKey: 'LITELLM_SALT_KEY',
  /**
   * Folder for what must outlive a restart of the process: spending that is not in the database yet, the last key
   * snapshot and, without a database, the keys themselves.
   */
  dataFolder: 'LITELLM_HA_DATA_DIR',
  /** Every region of the deployment, separated by commas: who shares a budget. Unset: this region alone. */
  regions: 'LITELLM_HA_REGIONS',
  /**
   * File whose first word says whether this region takes traffic: `serving`, or `away`. What `/health/region` answers by, so
   * that an operator can send a region's traffic elsewhere without any control plane.
   */
  regionSwitchFile: 'LITELLM_HA_REGION_SWITCH_FILE',
  /** How many replicas share a limit while Redis is away and was never seen. */
  replicas: 'LITELLM_HA_REPLICAS',
  /** What the container does: `serve` (standard) or `migrate`. */
  command: 'LITELLM_HA_COMMAND',
  /** `true`: the schema is somebody else's to bring up to date; LiteLLM's name. */
  disableSchemaUpdate: 'DISABLE_SCHEMA_UPDATE',
  /** Path of the configuration file; LiteLLM's name. */
  configFile: 'CONFIG_FILE_PATH',
  port: 'PORT',
  host: 'HOST',
  /** Files of a certificate and its key, in PEM: the gateway speaks HTTPS itself. LiteLLM's names. */
  tlsCertificateFile: 'SSL_CERTFILE_PATH',
  tlsKeyFile: 'SSL_KEYFILE_PATH',
  /** A second port, for metrics and health: all but the probes of load balancers then leave the first. Unset: there is one. */
  metricsPort: 'LITELLM_HA_METRICS_PORT',
  /**
   * Memory that the gateway may use, for processes that share a machine without a container of their own. Unset: what the
   * container allows, or the machine has. Unit: MiB.
   */
  memoryMib: 'LITELLM_HA_MEMORY_MIB',
  /** Name of the region, returned in `x-gateway-region`. */
  region: 'LITELLM_HA_REGION',
  /** How long a draining gateway waits for requests in flight. Unit: seconds. */
  drainSeconds: 'GRACEFUL_SHUTDOWN_TIMEOUT',
  /** Token that `/health/drain` asks for in `X-Drain-Token`; LiteLLM's name. */
  drainToken: 'DRAIN_ENDPOINT_TOKEN',
  /** How long a keep-alive connection may idle; must exceed the load balancer's. Unit: seconds. LiteLLM's name. */
  keepAliveSeconds: 'KEEPALIVE_TIMEOUT',
  /** How long readiness answers 503 before the gateway stops listening. Unit: seconds. */
  propagationSeconds: 'LITELLM_HA_PROPAGATION_SECONDS',
} as const;

/** Where deployments mount the gateway's data folder: on a disk that outlives the process. */
export const GATEWAY_DATA_FOLDER = '/var/lib/litellm-ha';

/** Label that scrape configuration must give the gateway, because the alerts ask for `up{job="litellm"}`. */
export const GATEWAY_SCRAPE_JOB = 'litellm';

/** Names of the metrics under `/metrics` that alerts, autoscaling or dashboards use. Counters end in `_total` on the wire. */
export const GATEWAY_METRICS = {
  /** Counter by `status`: `success`, or the kind of failure. */
  requests: 'litellm_requests_total',
  /** Gauge 1/0; present only where a database is configured. */
  databaseConnected: 'litellm_database_connection_status',
  /** Gauge: number of deployments by `status` (`healthy`, `unhealthy`); both always present. */
  modelHealth: 'litellm_model_health_status',
  /** Gauge: requests being served now. */
  inFlight: 'litellm_in_flight_requests',
  /** Histogram of whole request duration. Unit: seconds. */
  requestLatency: 'litellm_request_total_latency_metric',
  /** Histogram of time to first byte of the answer from the provider. Unit: seconds. */
  timeToFirstToken: 'litellm_llm_api_time_to_first_token_metric',
  /** Gauge by deployment: 0 healthy, 1 partial outage, 2 complete outage. */
  deploymentState: 'litellm_deployment_state',
  /** Counter of cooldowns by deployment. */
  deploymentCooledDown: 'litellm_deployment_cooled_down_total',
  /** Gauge by deployment: 1 while the provider refuses the key or does not know the model. */
  deploymentMisconfigured: 'litellm_ha_deployment_misconfigured',
  /** Counter by deployment of streams that broke after the client had seen a part of them. */
  truncatedStreams: 'litellm_ha_truncated_streams_total',
  /** Gauge: requests that a replica would serve at once now. */
  concurrencyLimit: 'litellm_ha_concurrency_limit',
  /** Gauge: how late a replica's timers are. Unit: seconds. */
  eventLoopLag: 'litellm_ha_event_loop_lag_seconds',
  /** Counter by `priority` of requests refused because the limit was reached. */
  shedRequests: 'litellm_ha_shed_requests_total',
  /** Gauge: how long the oldest spending waits to be stored in the database. Unit: seconds. */
  spoolOldestAge: 'litellm_ha_spool_oldest_age_seconds',
  /** Counter of errors that nobody caught. The process that counts one drains and ends. */
  uncaughtErrors: 'litellm_ha_uncaught_errors_total',
  /** Gauge: ledger entries that are not stored in the database yet. */
  spoolPending: 'litellm_ha_spool_pending_entries',
  /** Gauge 1/0: spending waits on disk, or in memory alone. */
  spoolDurable: 'litellm_ha_spool_durable',
  /** Counter of records of spending that the disk gave back changed, and that were passed over. */
  spoolCorruptRecords: 'litellm_ha_spool_corrupt_records_total',
  /** Counter of files of spending whose last record was cut off by a crash. */
  spoolTornTails: 'litellm_ha_spool_torn_tails_total',
  /** Counter of calls that a former process had counted and that are in none of its files. */
  spoolLostCalls: 'litellm_ha_spool_lost_calls_total',
  /** Gauge: files of former processes with spending that cannot be read, and that nobody stores. */
  spoolStranded: 'litellm_ha_spool_stranded_segments',
  /** Gauge: what the database holds of this replica's spending, less what it was sent. Unit: millionths of a US dollar. */
  ledgerDifference: 'litellm_ha_ledger_difference_micro_dollars',
  /** Gauge: how old the replica's knowledge of keys, users and teams is. Unit: seconds. */
  directoryAge: 'litellm_ha_directory_age_seconds',
  /** Gauge 1/0; present only where Redis is configured. */
  redisConnected: 'litellm_ha_redis_connected',
  /** Gauge: replicas that a limit is shared with, this one included. */
  replicasSeen: 'litellm_ha_replicas_seen',
  /** Gauge 1 by `setting`: a protection that the configuration accepts in writing to go without. */
  settingsAcceptedWithout: 'litellm_ha_settings_accepted_without',
} as const;

export type GatewayMetric = (typeof GATEWAY_METRICS)[keyof typeof GATEWAY_METRICS];

/** The header that names the region a response came from. */
export const REGION_HEADER = 'x-gateway-region';
