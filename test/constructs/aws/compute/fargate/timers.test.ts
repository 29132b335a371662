import fc from 'fast-check';
import { planFargateTimers } from '../../../../../constructs/aws/compute/fargate/timers';
import { AWS_TRAITS } from '../../../../../lib';
import { planTimers, type Timers } from '../../../../../lib/topology/timers';

function timers(maxStreamSeconds: number): Timers {
  return planTimers({
    streaming: { maxStreamSeconds, idleSeconds: 30 },
    probe: { intervalSeconds: 5, timeoutSeconds: 3, healthyThreshold: 2, unhealthyThreshold: 3 },
    traits: AWS_TRAITS,
  });
}

describe('planFargateTimers', () => {
  it('keeps the timers of the plan where they fit', () => {
    expect(planFargateTimers(timers(60))).toEqual({
      stopTimeoutSeconds: 90,
      drainSeconds: 60,
      propagationSeconds: 20,
    });
  });

  it('never lets the gateway plan for more than Fargate gives it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 3600 }), (maxStreamSeconds) => {
        const planned = planFargateTimers(timers(maxStreamSeconds));
        expect(planned.stopTimeoutSeconds).toBeLessThanOrEqual(120);
        expect(planned.propagationSeconds + planned.drainSeconds + 10).toBeLessThanOrEqual(
          planned.stopTimeoutSeconds,
        );
      }),
    );
  });

  it('keeps what fits to the second, and leaves longer streams to the load balancer', () => {
    expect(planFargateTimers(timers(90))).toEqual({
      stopTimeoutSeconds: 120,
      drainSeconds: 90,
      propagationSeconds: 20,
    });
    expect(planFargateTimers(timers(91))).toEqual({
      stopTimeoutSeconds: 120,
      drainSeconds: 110,
      propagationSeconds: 0,
    });
  });
});
