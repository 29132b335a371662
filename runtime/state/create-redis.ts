import { Cluster, Redis } from 'ioredis';
import type { CacheConfig } from '../../lib/config/gateway-config';
import type { Ports } from '../ports';
import { containRedis } from './contain-redis';
import type { QuietLog } from './quiet-log';
import { planReconnectMs, resolveClusterOptions, resolveRedisOptions } from './redis-options';
import { describeRedisError } from './redis-link';
import type { RedisArgument, RedisLink } from './redis-link';

export interface CreateRedisParts {
  readonly config: CacheConfig;
  /** In PEM form; null: those of the system. */
  readonly certificateAuthorities: string | null;
  readonly ports: Pick<Ports, 'clock' | 'random'>;
  readonly log: QuietLog;
}

/** Begins to connect, waits for nothing, and goes on trying for as long as the gateway lives. */
export function createRedis({
  config,
  certificateAuthorities,
  ports,
  log,
}: CreateRedisParts): RedisLink {
  containRedis();
  const context = { certificateAuthorities, random: ports.random };
  const client =
    config.kind === 'cluster'
      ? new Cluster([...config.nodes], resolveClusterOptions(config, context))
      : new Redis(resolveRedisOptions(config, context));
  const readyListeners = new Set<() => void>();
  let stopped: 'yes' | 'no' = 'no';
  const noteError = (error: unknown): void => {
    if (stopped === 'no') log.note(describeRedisError(error));
  };
  // An error without a listener would go to the console, each time.
  client.on('error', noteError);
  client.on('node error', noteError);
  // A server of a Cluster is else connected to by the first call to it, which would fail for it.
  client.on('+node', (node: Redis) => {
    if (node.status === 'wait' && node.options.readOnly !== true) node.connect().catch(noteError);
  });
  client.on('ready', () => {
    for (const listener of readyListeners) listener();
  });
  // The library gives up where a connection is lost while another is being made; the gateway must not.
  client.on('end', () => {
    if (stopped === 'yes') return;
    ports.clock.after(planReconnectMs(1, ports.random.next()), () => {
      if (stopped === 'no' && client.status === 'end') client.connect().catch(noteError);
    });
  });
  return {
    get status() {
      return stopped === 'no' && client.status === 'ready' ? 'ready' : 'away';
    },
    send: (command, args) => client.call(command, copy(args)),
    sendForBytes: (command, args) => client.callBuffer(command, copy(args)),
    onReady: (listener) => {
      readyListeners.add(listener);
      return () => readyListeners.delete(listener);
    },
    stop: () => {
      if (stopped === 'yes') return;
      stopped = 'yes';
      client.disconnect();
    },
  };
}

function copy(args: readonly RedisArgument[]): RedisArgument[] {
  return [...args];
}
