import { GATEWAY_PATHS } from '../gateway-contract';
import type { BalancingStrategy, ProxyInput } from './nginx';

const CONNECT_SECONDS = 5;
/** Headers of a request come at once; who sends them slowly wants to hold a connection. */
const REQUEST_SECONDS = 10;

/**
 * `haproxy.cfg`: probes the replicas itself, and takes a draining one out before it stops. Answers are passed on as they
 * come. A name of a replica that does not resolve keeps that replica out and not HAProxy from starting.
 *
 * @see guide, "Routing Strategies"
 * @see https://docs.haproxy.org/2.6/configuration.html
 */
export function renderHaproxy(input: ProxyInput): string {
  const { timers, listen } = input;
  const idle = `${timers.loadBalancerIdleSeconds}s`;
  return `global
  log stderr format raw local0 notice
  # Open streams may end before a reload takes their process away.
  hard-stop-after ${timers.drainSeconds}s

defaults
  mode http
  log global
  timeout connect ${CONNECT_SECONDS}s
  timeout client ${idle}
  timeout server ${idle}
  timeout queue ${CONNECT_SECONDS}s
  timeout http-request ${REQUEST_SECONDS}s
  timeout http-keep-alive ${idle}
  timeout check ${timers.probeTimeoutSeconds}s
  # Only where no replica has the request yet: asking a model twice costs twice.
  retries 2
  retry-on conn-failure
  option redispatch
  # Who hangs up while waiting for a replica is not served any more.
  option abortonclose

frontend clients
  bind ${listen.host}:${listen.port}
  option forwardfor
  # Takes a replica out of service: nothing that the public asks for.
  http-request deny deny_status 404 if { path_beg ${GATEWAY_PATHS.drain} }
  default_backend gateway

backend gateway
${renderBalance(input.strategy)}
  option httpchk
  http-check send meth GET uri ${input.probePath} ver HTTP/1.1 hdr Host gateway
  http-check expect status 200
  # Not "on-marked-down shutdown-sessions": a draining replica fails its probe as a frozen one does, and would lose the
  # streams it drains for. What is open on a frozen one ends with "timeout server".
  default-server ${renderProbe(input)} init-addr libc,none
${input.replicas
  .map(({ host, port }, index) => `  server replica-${index + 1} ${host}:${port}`)
  .join('\n')}
`;
}

function renderProbe({ timers }: ProxyInput): string {
  const { probeIntervalSeconds, unhealthyThreshold, healthyThreshold } = timers;
  return `check inter ${probeIntervalSeconds}s fall ${unhealthyThreshold} rise ${healthyThreshold}`;
}

function renderBalance(strategy: BalancingStrategy): string {
  switch (strategy) {
    case 'round-robin':
      return '  balance roundrobin';
    case 'least-connections':
      return '  balance leastconn';
    case 'latency':
      return `  # HAProxy does not balance by time. A slow replica has more requests open, so the less busy of two random ones is
  # the faster one too.
  balance random(2)`;
    case 'sticky':
      return `  # By address of the client; a replica that goes moves only its own clients.
  balance source
  hash-type consistent`;
  }
}
