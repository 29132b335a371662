import { SpecError, type Timers } from '../../../../lib';

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
 * Fits what happens between signal and kill into Fargate's bound. ECS deregisters a task first and sends the signal when
 * the load balancer has drained it, so longer streams live through rollouts; only a task that is stopped without that
 * wait breaks them. Who accepts this says why.
 *
 * @throws {SpecError} with the arithmetic, when streams are longer and nobody has accepted it.
 */
export function planFargateTimers(timers: Timers, allowBeyond: string | null): FargateTimers {
  const { propagationSeconds, drainSeconds, flushSeconds, graceSeconds } = timers;
  if (graceSeconds <= MAX_STOP_SECONDS) {
    return { stopTimeoutSeconds: graceSeconds, drainSeconds, propagationSeconds };
  }
  if (allowBeyond !== null && allowBeyond.trim() !== '') {
    // The load balancer has drained the task already, for as long as a stream may take.
    return {
      stopTimeoutSeconds: MAX_STOP_SECONDS,
      drainSeconds: MAX_STOP_SECONDS - flushSeconds,
      propagationSeconds: 0,
    };
  }
  const room = MAX_STOP_SECONDS - propagationSeconds - flushSeconds;
  throw new SpecError('litellm-ha/aws', [
    {
      rule: 'aws.fargate-stop-timeout',
      path: 'streaming.maxStreamSeconds',
      allowed:
        `be at most ${Math.max(room, 0)} on Fargate, which kills a task ${MAX_STOP_SECONDS} s after the signal to stop ` +
        `(${propagationSeconds} s propagation + ${drainSeconds} s stream + ${flushSeconds} s flush = ${graceSeconds} s)`,
      got: String(drainSeconds),
      fix: 'lower it, choose Compute.eks(), or say in allowStreamsBeyondStopTimeout why tasks that are stopped without draining may break streams',
    },
  ]);
}
