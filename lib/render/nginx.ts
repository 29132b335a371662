import type { Endpoint } from '../blocks';
import { GATEWAY_PATHS } from '../gateway-contract';
import type { Timers } from '../topology';

/** How a load balancer chooses a replica: the four of the guide, "Routing Strategies". */
export type BalancingStrategy = 'round-robin' | 'least-connections' | 'latency' | 'sticky';

/** A load balancer of one's own in front of the replicas. TLS ends before it. */
export interface ProxyInput {
  readonly listen: Endpoint;
  readonly replicas: readonly Endpoint[];
  readonly strategy: BalancingStrategy;
  readonly timers: Timers;
  /** What the load balancer asks a replica, where it can ask. */
  readonly probePath: string;
}

export interface NginxInput extends ProxyInput {
  /** Folder that only this nginx writes to: its process id, and bodies too large for memory. */
  readonly runFolder: string;
}

const CONNECT_SECONDS = 5;

/**
 * `nginx.conf` for the open-source nginx. It cannot probe: a replica that refuses connections is left out after the
 * plan's number of failures, and one that drains closes its port last, so requests find another.
 *
 * What is open on a replica that is frozen ends with `proxy_read_timeout`, and new requests find it for as long: its kernel
 * still takes connections.
 *
 * Names of replicas must resolve when nginx starts, and are not resolved again.
 *
 * @see guide, "Routing Strategies"
 * @see https://nginx.org/en/docs/http/ngx_http_upstream_module.html
 */
export function renderNginx(input: NginxInput): string {
  const { timers, runFolder } = input;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `worker_processes auto;
pid ${runFolder}/nginx.pid;
error_log stderr warn;
# Open streams may end before a reload takes their worker away.
worker_shutdown_timeout ${timers.drainSeconds}s;

events {
  worker_connections 8192;
}

http {
${temporary.map((name) => `  ${name}_temp_path ${runFolder}/${name};`).join('\n')}
  access_log off;
  server_tokens off;
  client_max_body_size 10m;
  keepalive_timeout ${timers.loadBalancerIdleSeconds}s;

  upstream gateway {
    # All workers share what they know of the replicas.
    zone gateway 256k;
${renderMethod(input.strategy)}
${input.replicas.map((replica) => renderServer(replica, timers)).join('\n')}
    keepalive 64;
    # Shorter than the gateway keeps them, or requests meet connections that are being closed.
    keepalive_timeout ${timers.loadBalancerIdleSeconds}s;
  }

  server {
    listen ${input.listen.host}:${input.listen.port};

    # Takes a replica out of service: nothing that the public asks for.
    location ^~ ${GATEWAY_PATHS.drain} {
      return 404;
    }

    location / {
      proxy_pass http://gateway;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      # Streams reach the client chunk by chunk, and request bodies the gateway.
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_connect_timeout ${CONNECT_SECONDS}s;
      proxy_read_timeout ${timers.loadBalancerIdleSeconds}s;
      proxy_send_timeout ${timers.loadBalancerIdleSeconds}s;
      # Only where no replica has the request yet: asking a model twice costs twice.
      proxy_next_upstream error;
      proxy_next_upstream_tries 2;
    }
  }
}
`;
}

function renderMethod(strategy: BalancingStrategy): string {
  switch (strategy) {
    case 'round-robin':
      return '    # Round robin is what nginx does unless told otherwise.';
    case 'least-connections':
      return '    least_conn;';
    case 'latency':
      return `    # The guide's "least_time" is for the commercial nginx; this one does not start with it. A slow replica has more
    # requests open, so the less busy of two random ones is the faster one too.
    random two least_conn;`;
    case 'sticky':
      return `    # By address of the client: everybody behind one proxy shares one replica.
    ip_hash;`;
  }
}

function renderServer({ host, port }: Endpoint, timers: Timers): string {
  return (
    `    server ${host}:${port} max_fails=${timers.unhealthyThreshold} ` +
    `fail_timeout=${timers.detectionSeconds}s;`
  );
}
