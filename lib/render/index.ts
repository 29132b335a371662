export {
  BACKUP_LOCATION,
  RETENTION_DAYS,
  renderBackupScript,
  renderDownloadScript,
  renderUploadScript,
  type DumpFolder,
} from './backup-script';
export {
  renderConfigurationAdvice,
  renderConfigurationBackupScript,
  renderConfigurationTestScript,
  renderDownloadConfigurationScript,
  renderForgetConfigurations,
  type ConfigurationFolder,
} from './configuration-backup';
export { renderHaproxy } from './haproxy';
export { renderK6Script, type K6Input } from './k6-script';
export { renderNginx, type BalancingStrategy, type NginxInput, type ProxyInput } from './nginx';
export { PATRONI_USERS, renderCreateDatabase, renderPatroni, type PatroniInput } from './patroni';
export {
  POOLER_TIMERS,
  renderPgbouncer,
  type PgbouncerInput,
  type PooledDatabase,
} from './pgbouncer';
export {
  renderRedis,
  renderStartRedis,
  renderStopRedis,
  type RedisInput,
  type RedisMembership,
} from './redis';
export {
  renderKeepRedisCluster,
  renderProbeRedisCluster,
  renderRedisCluster,
  renderStartRedisCluster,
  renderStopRedisCluster,
  type RedisClusterInput,
  type RedisClusterMembership,
} from './redis-cluster';
export {
  CHOSEN_DUMP,
  RESTORE_CONFIRMATION,
  renderRestoreScript,
  renderRestoreTestScript,
} from './restore-script';
export {
  renderSecretGenerator,
  type GeneratedValue,
  type SecretGeneratorInput,
} from './secret-generator';
export { renderSentinel, renderStartSentinel } from './sentinel';
export {
  PUBLICATION_NAMES,
  REPLICATED_TABLES,
  SLOT_PREFIX,
  SUBSCRIPTION_PREFIX,
  nameSlot,
  nameSubscription,
  renderKeepReplication,
  renderPublications,
  renderSubscription,
  type LogicalReplicationInput,
  type LogicalReplicationPeer,
} from './logical-replication';
export {
  CONNECTION_SETTINGS,
  CONNECT_SUBSCRIPTION,
  quoteName,
  quoteText,
  renderConnection,
  renderCreateSubscription,
  renderFillSubscription,
  type PeerAddress,
} from './subscription';
