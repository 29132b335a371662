export { PATRONI_USERS, renderCreateDatabase, renderPatroni, type PatroniInput } from './patroni';
export { renderPgbouncer, type PgbouncerInput, type PooledDatabase } from './pgbouncer';
export {
  renderRedis,
  renderStartRedis,
  renderStopRedis,
  type RedisInput,
  type RedisMembership,
} from './redis';
export {
  renderSecretGenerator,
  type GeneratedValue,
  type SecretGeneratorInput,
} from './secret-generator';
export { renderSentinel, renderStartSentinel } from './sentinel';
