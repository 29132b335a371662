/** One Redis of a primary with replicas. What differs between members, and the password, is added when it starts. */
export interface RedisInput {
  readonly port: number;
  readonly dataFolder: string;
  readonly maxMemoryMib: number;
}

/**
 * `redis.conf`, without passwords. A primary that no replica hears refuses writes: cut off from the others, it would
 * take writes that are thrown away when it comes back.
 *
 * @see guide, "Redis Sentinel"
 */
export function renderRedis(input: RedisInput): string {
  return `port ${input.port}
dir ${input.dataFolder}
appendonly yes
appendfsync everysec
maxmemory ${input.maxMemoryMib}mb
# Everything in it can be rebuilt, so old answers make room for new counters.
maxmemory-policy allkeys-lru
min-replicas-to-write 1
min-replicas-max-lag 10
repl-backlog-size 16mb
repl-diskless-sync yes
tcp-keepalive 60
`;
}

/** Where the members of the cache and its Sentinels are, and what they are called there. */
export interface RedisMembership {
  /** Folder that the member writes its final configuration to; its program rewrites it at each failover. */
  readonly runFolder: string;
  /** Folder of the rendered configuration and scripts. */
  readonly configFolder: string;
  readonly redisPort: number;
  /** Host names of the members. The first is the primary of a cache that is new. */
  readonly redisHosts: readonly string[];
  readonly sentinelPort: number;
  readonly sentinelHosts: readonly string[];
  readonly sentinelServiceName: string;
  /** `redis-cli`, or the name it has in the image. */
  readonly cliProgram: string;
  /** `redis-server`, or the name it has in the image. */
  readonly serverProgram: string;
}

/**
 * Starts a Redis as what the Sentinels say it is. It waits for their answer: a member that starts as primary by its own
 * judgement would split the cache. Reads its own host name from SELF_HOST and the password from REDIS_PASSWORD.
 */
export function renderStartRedis(membership: RedisMembership): string {
  const { runFolder, configFolder, redisPort, sentinelHosts } = membership;
  return `#!/bin/sh
set -eu
export REDISCLI_AUTH="$REDIS_PASSWORD"
primary=''
while [ -z "$primary" ]; do
  for sentinel in ${sentinelHosts.join(' ')}; do
    ${renderAskSentinel(membership, 'primary')}
    [ -z "$primary" ] || break
  done
  [ -n "$primary" ] || sleep 1
done
umask 077
cp ${configFolder}/redis.conf ${runFolder}/redis.conf
{
  printf 'requirepass %s\\nmasterauth %s\\n' "$REDIS_PASSWORD" "$REDIS_PASSWORD"
  printf 'replica-announce-ip %s\\nreplica-announce-port ${redisPort}\\n' "$SELF_HOST"
  [ "$primary" = "$SELF_HOST" ] || printf 'replicaof %s ${redisPort}\\n' "$primary"
} >>${runFolder}/redis.conf
exec ${membership.serverProgram} ${runFolder}/redis.conf
`;
}

/**
 * Hands the role of a primary over before it stops, so that a drained machine costs no writes. Gives up after ten
 * seconds: then the Sentinels notice by themselves.
 */
export function renderStopRedis(membership: RedisMembership): string {
  const { cliProgram, redisPort, sentinelHosts, sentinelPort, sentinelServiceName } = membership;
  return `#!/bin/sh
set -eu
export REDISCLI_AUTH="$REDIS_PASSWORD"
role=$(${cliProgram} -h "$SELF_HOST" -p ${redisPort} --raw role 2>/dev/null | head -n 1)
[ "$role" = master ] || exit 0
for sentinel in ${sentinelHosts.join(' ')}; do
  answer=$(timeout 2 ${cliProgram} -h "$sentinel" -p ${sentinelPort} sentinel failover ${sentinelServiceName} 2>/dev/null) || continue
  [ "$answer" = OK ] && break
done
for _ in 1 2 3 4 5 6 7 8 9 10; do
  ${renderAskSentinel(membership, 'primary')}
  [ -z "$primary" ] || [ "$primary" = "$SELF_HOST" ] || exit 0
  sleep 1
done
`;
}

/** Puts the host name of the primary, as "$sentinel" knows it, into a variable; nothing when there is no answer. */
export function renderAskSentinel(membership: RedisMembership, variable: string): string {
  const { cliProgram, sentinelPort, sentinelServiceName } = membership;
  // An error is an answer on one line, an address is one on two.
  return (
    `${variable}=$(timeout 2 ${cliProgram} -h "$sentinel" -p ${sentinelPort} --raw ` +
    `sentinel get-master-addr-by-name ${sentinelServiceName} 2>/dev/null | ` +
    `awk 'NR == 1 { host = $0 } END { if (NR == 2) print host }') || ${variable}=''`
  );
}
