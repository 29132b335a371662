import type { Timers } from '../../../../lib';

/** How a task leaves. */
export interface FargateTimers {
  /** From the signal to stop until the kill. */
  readonly stopTimeoutSeconds: number;
  /** How long the gateway waits for streams once it has the signal. */
  readonly drainSeconds: number;
  /** How long the gateway goes on taking requests once it has the signal. */
  readonly propagationSeconds: number;
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_timeout */
const MAX_STOP_SECONDS = 120;

/**
 * Fits what happens between signal and kill into Fargate's bound. Where ECS stops a task by plan, in a rollout or when it scales
 * in, it deregisters the task first and sends the signal once the load balancer has drained it, after `maxStreamSeconds` at
 * most: streams of any length end in peace. A task that is stopped without that wait, such as one that fails its health checks or
 * loses its host, breaks streams that last longer than `drainSeconds` from then on.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html
 */
export function planFargateTimers(timers: Timers): FargateTimers {
  const { propagationSeconds, drainSeconds, flushSeconds, graceSeconds } = timers;
  if (graceSeconds <= MAX_STOP_SECONDS) {
    return { stopTimeoutSeconds: graceSeconds, drainSeconds, propagationSeconds };
  }
  return {
    stopTimeoutSeconds: MAX_STOP_SECONDS,
    drainSeconds: MAX_STOP_SECONDS - flushSeconds,
    // Nothing is sent to a task any more that the load balancer has drained.
    propagationSeconds: 0,
  };
}
