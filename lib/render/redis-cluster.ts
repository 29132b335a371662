/** One member of a Redis Cluster. What differs between members, and the password, is added when it starts. */
export interface RedisClusterInput {
  readonly port: number;
  readonly dataFolder: string;
  readonly maxMemoryMib: number;
}

/** Slots of every Redis Cluster. */
const SLOTS = 16384;
/** A replica that leaves waits so long for its primary to leave first: both may have been told to at the same time. */
const STAGGER_SECONDS = 15;
const LEAVE_SECONDS = 100;
const KEEP_SECONDS = 5;

/**
 * `redis.conf` of a member, without passwords. A primary that is silent for five seconds is replaced, and a lost shard
 * does not take the others along.
 *
 * There is no `min-replicas-to-write`: a shard has one replica, so each failover would stop its writes. Replicas stay
 * with their shard, because whoever wanders off to an orphan leaves its own shard without one in another zone.
 *
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/
 */
export function renderRedisCluster(input: RedisClusterInput): string {
  return `port ${input.port}
dir ${input.dataFolder}
cluster-enabled yes
cluster-config-file nodes.conf
cluster-node-timeout 5000
cluster-require-full-coverage no
cluster-allow-replica-migration no
cluster-replica-validity-factor 0
# Clients are sent to names, because addresses of pods change at each restart.
cluster-preferred-endpoint-type hostname
appendonly yes
appendfsync everysec
maxmemory ${input.maxMemoryMib}mb
# Everything in it can be rebuilt, so old answers make room for new counters.
maxmemory-policy allkeys-lru
repl-backlog-size 16mb
repl-diskless-sync yes
repl-diskless-sync-delay 0
tcp-keepalive 60
`;
}

/** Where the members of the cluster are. Shard `i` is `primaryHosts[i]` and `replicaHosts[i]`. */
export interface RedisClusterMembership {
  /** Folder that the member writes its final configuration to. */
  readonly runFolder: string;
  /** Folder of the rendered configuration and scripts. */
  readonly configFolder: string;
  readonly port: number;
  /** Members that are meant to be primaries, each in a zone of its own. */
  readonly primaryHosts: readonly string[];
  /** Members that are meant to be replicas, in the same order. */
  readonly replicaHosts: readonly string[];
  /** `redis-cli`, or the name it has in the image. */
  readonly cliProgram: string;
  /** `redis-server`, or the name it has in the image. */
  readonly serverProgram: string;
}

/**
 * Starts a member. It reads its host name from SELF_HOST, its address from SELF_ADDRESS and the password from
 * REDIS_PASSWORD. What it knew of the others is in its data folder.
 */
export function renderStartRedisCluster(membership: RedisClusterMembership): string {
  const { runFolder, configFolder, serverProgram } = membership;
  return `#!/bin/sh
set -eu
umask 077
cp ${configFolder}/redis.conf ${runFolder}/redis.conf
{
  printf 'requirepass %s\\nmasterauth %s\\n' "$REDIS_PASSWORD" "$REDIS_PASSWORD"
  printf 'cluster-announce-ip %s\\ncluster-announce-hostname %s\\n' "$SELF_ADDRESS" "$SELF_HOST"
} >>${runFolder}/redis.conf
exec ${serverProgram} ${runFolder}/redis.conf
`;
}

/**
 * Runs beside each member, forms the cluster and keeps it whole. Each speaks for its own member alone, so all of them can
 * run at once and none leads: it introduces its member to those it does not hear, forgets members nobody answers for any
 * more, claims the slots of its shard when nobody has them, follows the one who has, and takes the primary's role back
 * when it is meant to have it. Done twice, each step changes nothing.
 */
export function renderKeepRedisCluster(membership: RedisClusterMembership): string {
  const members = membership.primaryHosts.length + membership.replicaHosts.length;
  return `#!/bin/sh
set -u
${renderMemberFunctions(membership)}
all='${[...membership.primaryHosts, ...membership.replicaHosts].join(' ')}'
announce() { ask "$1" config get cluster-announce-ip | sed -n 2p; }

keep() {
  nodes=$(ask "$SELF_HOST" cluster nodes) || return 0
  [ -n "$nodes" ] || return 0
  ids=''
  for host in $all; do
    id=$(ask "$host" cluster myid) || continue
    [ \${#id} -eq 40 ] || continue
    # Known under this id, heard, and not only by hearsay.
    if [ "$host" != "$SELF_HOST" ] && ! printf '%s\\n' "$nodes" | awk -v id="$id" \\
      '$1 == id && $3 !~ /fail|handshake|noaddr/ && $8 == "connected" { ok = 1 } END { exit !ok }'; then
      address=$(announce "$host") || continue
      [ -z "$address" ] || ask "$SELF_HOST" cluster meet "$address" ${membership.port} >/dev/null
    fi
    ids="$ids $id"
  done
  # A member that came back without its volume is another one, and the old one never returns. Hearsay brings it back, without
  # its name, unless all forget it within a minute; so who belongs here is told by those who answer, once all do.
  if [ "$(printf '%s' "$ids" | wc -w)" -eq ${members} ]; then
    printf '%s\\n' "$nodes" | awk -v ids="$ids " 'index(ids, " " $1 " ") == 0 && $3 ~ /fail|noaddr/ { print $1 }' |
      while read -r gone; do ask "$SELF_HOST" cluster forget "$gone" >/dev/null; done
  fi

  nodes=$(ask "$SELF_HOST" cluster nodes) || return 0
  [ "$(printf '%s\\n' "$nodes" | awk '$3 !~ /fail|handshake|noaddr/' | wc -l)" -ge ${members} ] || return 0
  me=$(ask "$SELF_HOST" cluster myid)
  owner=$(printf '%s\\n' "$nodes" | awk -v first="$first" '{
    for (field = 9; field <= NF; field++) {
      if ($field ~ /^\\[/) continue
      split($field, range, "-")
      if (range[1] + 0 <= first && first <= (range[2] == "" ? range[1] : range[2]) + 0) print $1
    }
  }')
  if [ -z "$owner" ]; then
    [ "$meant" = replica ] || ask "$SELF_HOST" cluster addslotsrange "$first" "$last" >/dev/null
    return 0
  fi
  [ "$owner" != "$me" ] || return 0
  followed=$(printf '%s\\n' "$nodes" | awk -v me="$me" '$1 == me { print $4 }')
  if [ "$followed" != "$owner" ]; then
    ask "$SELF_HOST" cluster replicate "$owner" >/dev/null
  elif [ "$meant" = primary ] && is_in_sync "$SELF_HOST"; then
    ask "$SELF_HOST" cluster failover >/dev/null
  fi
}

trap 'exit 0' TERM INT
while :; do
  keep
  sleep ${KEEP_SECONDS} &
  wait $!
done
`;
}

/**
 * Leaves without a gap: hands the shard to the other member and goes only when that one has it. Two members of a shard
 * that are told to leave at the same time leave one after the other.
 */
export function renderStopRedisCluster(membership: RedisClusterMembership): string {
  return `#!/bin/sh
set -u
${renderMemberFunctions(membership)}
role() { ask "$1" role | head -n 1; }
[ "$(role "$SELF_HOST")" = master ] || sleep ${STAGGER_SECONDS}
end=$(($(date +%s) + ${LEAVE_SECONDS}))
while [ "$(date +%s)" -lt "$end" ]; do
  mine=$(role "$SELF_HOST")
  [ -n "$mine" ] || exit 0
  theirs=$(role "$other")
  if [ "$mine" = slave ] && [ "$theirs" = master ]; then exit 0; fi
  if [ "$mine" = master ] && [ "$theirs" = slave ] && is_in_sync "$other"; then
    ask "$other" cluster failover >/dev/null
  fi
  sleep 1
done
`;
}

/**
 * Ready is a member that answers, belongs to a cluster that works, and, as a replica, holds what its primary holds: the
 * next member may leave only then.
 */
export function renderProbeRedisCluster(membership: RedisClusterMembership): string {
  return `#!/bin/sh
set -u
${renderMemberFunctions(membership)}
ask "$SELF_HOST" cluster info | grep -q '^cluster_state:ok' || exit 1
[ "$(ask "$SELF_HOST" role | head -n 1)" = master ] || is_in_sync "$SELF_HOST"
`;
}

/** What the scripts share: how to ask a member, and which shard this one belongs to. */
function renderMemberFunctions(membership: RedisClusterMembership): string {
  const { primaryHosts, replicaHosts, cliProgram, port } = membership;
  const places = primaryHosts.flatMap((primary, shard) => {
    const first = Math.ceil((shard * SLOTS) / primaryHosts.length);
    const last = Math.ceil(((shard + 1) * SLOTS) / primaryHosts.length) - 1;
    const replica = replicaHosts[shard] ?? '';
    return [
      `  ${primary}) meant=primary other=${replica} first=${first} last=${last} ;;`,
      `  ${replica}) meant=replica other=${primary} first=${first} last=${last} ;;`,
    ];
  });
  return `export REDISCLI_AUTH="$REDIS_PASSWORD"
ask() {
  asked=$1
  shift
  timeout 3 ${cliProgram} -h "$asked" -p ${port} --raw "$@" 2>/dev/null | tr -d '\\r'
}
is_in_sync() { ask "$1" info replication | grep -q '^master_link_status:up'; }
case "$SELF_HOST" in
${places.join('\n')}
  *) echo "$SELF_HOST is no member" >&2 && exit 1 ;;
esac`;
}
