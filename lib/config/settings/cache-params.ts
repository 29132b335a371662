import {
  done,
  elsewhereFate,
  harmless,
  ignored,
  ignoredFate,
  type Section,
  type Setting,
} from './setting';

const ON = { litellm_settings: { cache: true, cache_params: { host: 'redis' } } };
const LOCAL = { litellm_settings: { cache: true, cache_params: { type: 'local' } } };
const SENTINEL = {
  litellm_settings: {
    cache: true,
    cache_params: { service_name: 'mymaster', sentinel_nodes: [['sentinel', 26_379]] },
  },
};

const STORES: Setting = {
  kind: 'by-value',
  key: 'type',
  fates: {
    redis: {
      kind: 'done',
      fields: ['responseCache.store', 'cache'],
      samples: ['redis', 'local'],
      beside: ON,
    },
    local: {
      kind: 'done',
      fields: ['responseCache.store', 'cache'],
      samples: ['local', 'redis'],
      beside: ON,
    },
    'redis-semantic': ignoredFate('answer from the cache what was asked in other words'),
  },
  otherwise: (type) =>
    elsewhereFate(`use type: redis or type: local; no answer is kept in ${type}`),
};

/** `litellm_settings.cache_params`. */
export const CACHE_PARAMS: Section = {
  settings: [
    STORES,
    ...done('url', 'cache.nodes', 'redis://redis-1:6379', 'redis://redis-2:6379', {
      litellm_settings: { cache: true },
    }),
    ...done('host', 'cache.nodes', 'redis-1', 'redis-2', ON),
    ...done('port', 'cache.nodes', 6379, 6380, ON),
    ...done('username', 'cache.username', 'one', 'two', ON),
    ...done('password', 'cache.password', 'one', 'two', ON),
    ...done('ssl', 'cache.tls', true, false, ON),
    ...done('ssl_ca_certs', 'cache.tlsCaFile', '/one.pem', '/two.pem', ON),
    ...done('db', 'cache.database', 0, 3, ON),
    ...done('service_name', 'cache.sentinelServiceName', 'one', 'two', SENTINEL),
    ...done('sentinel_nodes', 'cache.nodes', [['one', 26_379]], [['two', 26_379]], SENTINEL),
    ...done('sentinel_password', 'cache.sentinelPassword', 'one', 'two', SENTINEL),
    ...done(
      'redis_startup_nodes',
      'cache.nodes',
      [{ host: 'redis-1', port: 7001 }],
      [{ host: 'redis-2', port: 7001 }],
      { litellm_settings: { cache: true } },
    ),
    ...done('ttl', 'responseCache.ttlSeconds', 10, 20, ON),
    ...done('default_in_redis_ttl', 'responseCache.ttlSeconds', 10, 20, ON),
    ...done('default_in_memory_ttl', 'responseCache.ttlSeconds', 10, 20, LOCAL),
    ...done('mode', 'responseCache.mode', 'default_on', 'default_off', ON),
    ...done('namespace', 'responseCache.namespace', 'one', 'two', ON),
    ...done('supported_call_types', 'responseCache', ['acompletion'], ['aembedding'], ON),
    ...ignored(
      'ssl_cert_reqs ssl_check_hostname',
      'trust the certificate of Redis without a check; name its authority in ssl_ca_certs',
      { inert: [true, 'required'] },
    ),
    ...ignored('ssl_certfile ssl_keyfile', 'show Redis a certificate of its own'),
    ...ignored(
      `gcp_service_account gcp_ssl_ca_certs aws_iam_redis_auth aws_elasticache_cluster_name
       aws_elasticache_user aws_region_name`,
      'log in to Redis by an identity of the cloud; write username and password',
    ),
    ...ignored('startup_nodes', 'find a Redis Cluster by it; write redis_startup_nodes'),
    ...ignored(
      `qdrant_api_base qdrant_api_key qdrant_collection_name qdrant_quantization_config
       qdrant_semantic_cache_embedding_model qdrant_semantic_cache_vector_size
       redis_semantic_cache_embedding_model redis_semantic_cache_index_name
       redis_semantic_cache_use_async similarity_threshold valkey_semantic_cache_embedding_model
       valkey_semantic_cache_index_name`,
      'answer from the cache what was asked in other words',
    ),
    ...ignored(
      `azure_account_url azure_blob_container disk_cache_dir gcs_bucket_name gcs_path
       gcs_path_service_account s3_api_version s3_aws_access_key_id s3_aws_secret_access_key
       s3_aws_session_token s3_bucket_name s3_config s3_endpoint_url s3_path s3_region_name
       s3_use_ssl s3_verify`,
      'keep answers in that store; this gateway has Redis and its own memory',
    ),
    ...harmless(
      `max_connections socket_timeout socket_connect_timeout socket_keepalive retry_on_timeout
       health_check_interval redis_flush_size`,
      'one connection to Redis carries every command here, and its timeouts are derived',
    ),
    ...harmless('disable_copilot_system_to_assistant', 'LiteLLM has retired it'),
  ],
  others: 'unknown',
};
