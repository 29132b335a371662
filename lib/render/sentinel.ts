import type { SentinelPlan } from '../blocks';
import { renderAskSentinel, type RedisMembership } from './redis';

/**
 * `sentinel.conf`, without passwords and without the primary: both are added when it starts. Members are known by host
 * names, because addresses of pods change at each restart.
 *
 * @see guide, "Redis Sentinel"
 */
export function renderSentinel(plan: SentinelPlan, dataFolder: string): string {
  return `port ${plan.port}
dir ${dataFolder}
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
`;
}

/**
 * Starts a Sentinel watching the primary of now: the one the other Sentinels name, else the member that says it is
 * primary and has replicas, else the first member, as in a cache that is new. Its id follows from its host name, so
 * that a Sentinel that is replaced is the same one again and no majority counts the dead.
 */
export function renderStartSentinel(membership: RedisMembership, plan: SentinelPlan): string {
  const { runFolder, configFolder, redisHosts, redisPort, sentinelHosts, cliProgram } = membership;
  const watch = `sentinel monitor ${plan.serviceName} %s ${redisPort} ${plan.quorum}\\n`;
  return `#!/bin/sh
set -eu
export REDISCLI_AUTH="$REDIS_PASSWORD"
primary=''
for sentinel in ${sentinelHosts.join(' ')}; do
  [ "$sentinel" != "$SELF_HOST" ] || continue
  ${renderAskSentinel(membership, 'primary')}
  [ -z "$primary" ] || break
done
if [ -z "$primary" ]; then
  for redis in ${redisHosts.join(' ')}; do
    replication=$(timeout 2 ${cliProgram} -h "$redis" -p ${redisPort} --raw info replication 2>/dev/null) || continue
    case "$replication" in
      *role:master*slave0:*) primary="$redis" && break ;;
    esac
  done
fi
[ -n "$primary" ] || primary=${redisHosts[0] ?? ''}
id=$(printf '%s' "$SELF_HOST" | sha1sum | cut -c 1-40)
umask 077
cp ${configFolder}/sentinel.conf ${runFolder}/sentinel.conf
{
  printf 'requirepass %s\\nsentinel sentinel-pass %s\\n' "$REDIS_PASSWORD" "$REDIS_PASSWORD"
  printf 'sentinel myid %s\\nsentinel announce-ip %s\\n' "$id" "$SELF_HOST"
  printf 'sentinel announce-port ${plan.port}\\n'
  printf '${watch}' "$primary"
  printf 'sentinel auth-pass ${plan.serviceName} %s\\n' "$REDIS_PASSWORD"
  printf 'sentinel down-after-milliseconds ${plan.serviceName} ${plan.downAfterMs}\\n'
  printf 'sentinel failover-timeout ${plan.serviceName} ${plan.failoverTimeoutMs}\\n'
  printf 'sentinel parallel-syncs ${plan.serviceName} ${plan.parallelSyncs}\\n'
} >>${runFolder}/sentinel.conf
exec ${membership.serverProgram} ${runFolder}/sentinel.conf --sentinel
`;
}
