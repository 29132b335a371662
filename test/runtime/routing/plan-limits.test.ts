import { planDeadlineMs, planLimits } from '../../../runtime/routing/plan-limits';
import { deployment, routerConfig } from '../../support/gateway-config-builder';

describe('planLimits', () => {
  const base = {
    delivery: 'json',
    deployment: deployment({ id: 'x', timeoutSeconds: 20, streamTimeoutSeconds: 4 }),
    router: routerConfig({ timeoutSeconds: 30, streamTimeoutSeconds: 5 }),
    requestedTimeoutSeconds: null,
    remainingMs: 100_000,
  } as const;

  it('bounds a document by the request, the deployment, the router, in this order', () => {
    expect(planLimits({ ...base, requestedTimeoutSeconds: 3 }).totalMs).toBe(3000);
    expect(planLimits(base).totalMs).toBe(20_000);
    expect(planLimits({ ...base, deployment: deployment({ id: 'x' }) }).totalMs).toBe(30_000);
  });

  it('bounds the silences of a stream, not the stream', () => {
    expect(planLimits({ ...base, delivery: 'stream' })).toEqual({
      connectMs: 5000,
      firstByteMs: 4000,
      idleMs: 4000,
      contentMs: 20_000,
      totalMs: 3_600_000,
      pausedMs: 60_000,
    });
  });

  it('takes each clock of a stream from a key of its own', () => {
    const router = routerConfig({
      connectTimeoutSeconds: 1,
      streamTimeoutSeconds: 2,
      streamIdleTimeoutSeconds: 3,
      streamContentTimeoutSeconds: 4,
      maxStreamSeconds: 5,
    });
    const plain = deployment({ id: 'x' });
    expect(planLimits({ ...base, delivery: 'stream', deployment: plain, router })).toEqual({
      connectMs: 1000,
      firstByteMs: 2000,
      idleMs: 3000,
      contentMs: 4000,
      totalMs: 5000,
      pausedMs: 60_000,
    });
  });

  it('never waits for a first byte beyond the deadline of the call', () => {
    expect(planLimits({ ...base, delivery: 'stream', remainingMs: 50 }).firstByteMs).toBe(50);
    expect(planLimits({ ...base, remainingMs: 50 }).totalMs).toBe(50);
  });
});

describe('planDeadlineMs', () => {
  const router = routerConfig({ timeoutSeconds: 10, retries: 2 });
  const base = { nowMs: 1000, requestedTimeoutSeconds: null, requestedRetries: null, router };

  it('gives each attempt its time, and one more to the fallbacks', () => {
    expect(planDeadlineMs(base)).toBe(31_000);
    expect(planDeadlineMs({ ...base, requestedRetries: 0 })).toBe(11_000);
    const withFallbacks = routerConfig({ timeoutSeconds: 10, retries: 2, defaultFallbacks: ['x'] });
    expect(planDeadlineMs({ ...base, router: withFallbacks })).toBe(41_000);
  });

  it('is what the configuration says, however many attempts there are', () => {
    const bounded = routerConfig({ timeoutSeconds: 10, retries: 9, callTimeoutSeconds: 25 });
    expect(planDeadlineMs({ ...base, router: bounded })).toBe(26_000);
  });

  it('is never beyond ten minutes, or one attempt where that is longer', () => {
    const patient = routerConfig({ timeoutSeconds: 300, retries: 4 });
    expect(planDeadlineMs({ ...base, router: patient })).toBe(601_000);
    const slow = routerConfig({ timeoutSeconds: 900, retries: 4 });
    expect(planDeadlineMs({ ...base, router: slow })).toBe(901_000);
  });

  it('is what the client says when it says anything', () => {
    expect(planDeadlineMs({ ...base, requestedTimeoutSeconds: 2 })).toBe(3000);
  });
});
