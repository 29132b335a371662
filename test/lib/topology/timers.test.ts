import fc from 'fast-check';
import { AWS_TRAITS, GCP_TRAITS, planTimers } from '../../../lib';

const streaming = fc
  .tuple(fc.integer({ min: 30, max: 3600 }), fc.integer({ min: 30, max: 3600 }))
  .map(([a, b]) => ({ maxStreamSeconds: Math.max(a, b), idleSeconds: Math.min(a, b) }));
const probe = fc.record({
  intervalSeconds: fc.integer({ min: 5, max: 60 }),
  timeoutSeconds: fc.integer({ min: 2, max: 4 }),
  healthyThreshold: fc.integer({ min: 2, max: 10 }),
  unhealthyThreshold: fc.integer({ min: 2, max: 10 }),
});

describe('planTimers', () => {
  it('carries ten-minute answers and notices a dead replica within 18 seconds by default', () => {
    const timers = planTimers({
      streaming: { maxStreamSeconds: 600, idleSeconds: 300 },
      probe: { intervalSeconds: 5, timeoutSeconds: 3, healthyThreshold: 2, unhealthyThreshold: 3 },
      traits: AWS_TRAITS,
    });

    expect(timers).toMatchObject({
      detectionSeconds: 18,
      propagationSeconds: 20,
      drainSeconds: 600,
      graceSeconds: 630,
      loadBalancerIdleSeconds: 300,
      keepAliveSeconds: 310,
    });
  });

  it('keeps the order of all timers for whatever streams and probes', () => {
    fc.assert(
      fc.property(
        streaming,
        probe,
        fc.constantFrom(AWS_TRAITS, GCP_TRAITS),
        (streams, probes, traits) => {
          const timers = planTimers({ streaming: streams, probe: probes, traits });

          expect(timers.graceSeconds).toBeGreaterThan(
            timers.propagationSeconds + timers.drainSeconds,
          );
          expect(timers.drainSeconds).toBeGreaterThanOrEqual(streams.maxStreamSeconds);
          expect(timers.responseTimeoutSeconds).toBeGreaterThan(streams.maxStreamSeconds);
          expect(timers.keepAliveSeconds).toBeGreaterThan(timers.loadBalancerIdleSeconds);
          expect(timers.keepAliveSeconds).toBeGreaterThan(traits.fixedKeepAliveSeconds?.value ?? 0);
          expect(timers.propagationSeconds).toBeGreaterThan(
            timers.probeIntervalSeconds * timers.unhealthyThreshold,
          );
        },
      ),
    );
  });
});
