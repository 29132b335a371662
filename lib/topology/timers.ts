import type { ProbeSpec, StreamingSpec } from '../spec/spec';
import type { TargetTraits } from './target-traits';

/**
 * Every timeout between a client and a replica. They follow from the streams to carry and the probes, because a wrong
 * order among them cuts answers or drops requests:
 *
 * - a probe's timeout is shorter than its interval;
 * - the load balancer forgets a replica (`propagation`) before the replica stops listening;
 * - open streams end (`drain`) before the replica is killed (`grace`);
 * - the replica keeps idle connections longer than the load balancer does, or they meet half-closed ones.
 */
export interface Timers {
  readonly probeIntervalSeconds: number;
  readonly probeTimeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** From the failure of a replica until no new request is sent to it. */
  readonly detectionSeconds: number;
  /** From "not ready" until no load balancer sends new requests. */
  readonly propagationSeconds: number;
  /** How long open streams of a replica that leaves may go on. */
  readonly drainSeconds: number;
  /** For writing what is still buffered. */
  readonly flushSeconds: number;
  /** From the signal to stop until the kill. */
  readonly graceSeconds: number;
  /** Longest silence on a connection through the load balancer. */
  readonly loadBalancerIdleSeconds: number;
  /** Longest whole answer through load balancers that bound it. */
  readonly responseTimeoutSeconds: number;
  /** How long the gateway keeps an idle connection from the load balancer. */
  readonly keepAliveSeconds: number;
}

/** From "not ready" a cluster's proxies need this long on top of the probes. */
const PROXY_UPDATE_SECONDS = 5;
/** Spool and logs are written in milliseconds; ten seconds bound a slow disk. */
const FLUSH_SECONDS = 10;
/** Clocks, scheduling and the network make two equal timers race; the outer one gets this much more. */
const MARGIN_SECONDS = 10;

export function planTimers(input: {
  readonly streaming: StreamingSpec;
  readonly probe: ProbeSpec;
  readonly traits: TargetTraits;
}): Timers {
  const { streaming, probe, traits } = input;
  const detectionSeconds = probe.intervalSeconds * probe.unhealthyThreshold + probe.timeoutSeconds;
  const propagationSeconds =
    probe.intervalSeconds * probe.unhealthyThreshold + PROXY_UPDATE_SECONDS;
  const drainSeconds = streaming.maxStreamSeconds;
  const idleOfLoadBalancer = traits.fixedKeepAliveSeconds?.value ?? streaming.idleSeconds;
  return {
    probeIntervalSeconds: probe.intervalSeconds,
    probeTimeoutSeconds: probe.timeoutSeconds,
    healthyThreshold: probe.healthyThreshold,
    unhealthyThreshold: probe.unhealthyThreshold,
    detectionSeconds,
    propagationSeconds,
    drainSeconds,
    flushSeconds: FLUSH_SECONDS,
    graceSeconds: propagationSeconds + drainSeconds + FLUSH_SECONDS,
    loadBalancerIdleSeconds: streaming.idleSeconds,
    responseTimeoutSeconds: streaming.maxStreamSeconds + MARGIN_SECONDS,
    keepAliveSeconds: Math.max(idleOfLoadBalancer, streaming.idleSeconds) + MARGIN_SECONDS,
  };
}
