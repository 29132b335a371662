import {
  isResting,
  reduceFailure,
  reduceProbe,
  reduceSuccess,
  selectDeploymentState,
  UNTRIED,
} from '../../../runtime/routing/cooldown';
import type { CooldownContext, Health } from '../../../runtime/routing/cooldown';
import type { Failure } from '../../../runtime/routing/failure';
import { failure } from '../../support/failure-builder';
import { routerConfig } from '../../support/gateway-config-builder';

const RATE_LIMITED = failure({ kind: 'provider_rate_limit', status: 429 });

function context(parts: Partial<CooldownContext> = {}): CooldownContext {
  return {
    nowMs: 1000,
    groupSize: 2,
    deploymentCooldownSeconds: null,
    router: routerConfig(),
    ...parts,
  };
}

function failTimes(times: number, why: Failure, parts: Partial<CooldownContext> = {}): Health {
  let health = UNTRIED;
  for (let count = 0; count < times; count += 1)
    health = reduceFailure(health, why, context(parts));
  return health;
}

describe('reduceFailure', () => {
  it('rests a rate-limited deployment that has siblings at once, for the cooldown time', () => {
    expect(failTimes(1, RATE_LIMITED)).toMatchObject({
      restUntilMs: 6000,
      restReason: 'rate-limit',
    });
  });

  it('rests for as long as the provider asks, unless the deployment has a time of its own', () => {
    const patient = { ...RATE_LIMITED, retryAfterMs: 9000 };
    expect(failTimes(1, patient).restUntilMs).toBe(10_000);
    expect(failTimes(1, patient, { deploymentCooldownSeconds: 2 }).restUntilMs).toBe(3000);
  });

  it('does not rest a lone deployment for a rate limit or a refused key', () => {
    expect(failTimes(1, RATE_LIMITED, { groupSize: 1 }).restUntilMs).toBe(0);
    const refused = failure({ kind: 'provider_authentication', status: 401 });
    expect(failTimes(1, refused, { groupSize: 1 }).restUntilMs).toBe(0);
    expect(failTimes(1, refused).restUntilMs).toBe(6000);
  });

  it('rests on the failure after the allowed ones', () => {
    const router = routerConfig({ allowedFails: 3, cooldownSeconds: 60 });
    expect(failTimes(3, failure(), { router }).restUntilMs).toBe(0);
    expect(failTimes(4, failure(), { router }).restUntilMs).toBe(61_000);
  });

  it('forgets failures when the window of the allowed ones is over', () => {
    const router = routerConfig({ allowedFails: 3, cooldownSeconds: 60 });
    const old = failTimes(3, failure(), { router });
    const later = reduceFailure(old, failure(), context({ router, nowMs: 61_001 }));
    expect(later).toMatchObject({ failures: 1, restUntilMs: 0 });
  });

  it('rests by default when more than half of five calls failed', () => {
    const half = reduceSuccess(reduceSuccess(UNTRIED, context()), context());
    let health = half;
    for (let count = 0; count < 2; count += 1) health = reduceFailure(health, failure(), context());
    expect(isResting(health, 1000)).toBe(false);
    expect(isResting(reduceFailure(health, failure(), context()), 1000)).toBe(true);
  });

  it('rests a lone deployment by default only after a thousand failures and no success', () => {
    expect(failTimes(999, failure(), { groupSize: 1 }).restUntilMs).toBe(0);
    expect(failTimes(1000, failure(), { groupSize: 1 }).restUntilMs).toBe(6000);
  });

  it.each([
    'provider_bad_request',
    'provider_context_window',
    'provider_content_policy',
    'provider_unprocessable',
  ] as const)('never holds %s against a deployment', (kind) => {
    const router = routerConfig({ allowedFails: 0 });
    expect(failTimes(50, failure({ kind, status: 400 }), { router })).toBe(UNTRIED);
  });

  it('does not rest anything when cooldowns are disabled', () => {
    const router = routerConfig({ cooldownsDisabled: true, allowedFails: 0 });
    expect(failTimes(9, RATE_LIMITED, { router }).restUntilMs).toBe(0);
  });

  it('remembers the rate limit while its rest lasts, whatever fails meanwhile', () => {
    const router = routerConfig({ allowedFails: 0, cooldownSeconds: 60 });
    const limited = reduceFailure(UNTRIED, RATE_LIMITED, context({ router }));
    const meanwhile = reduceFailure(limited, failure(), context({ router, nowMs: 2000 }));
    expect(meanwhile).toMatchObject({ restUntilMs: 62_000, restReason: 'rate-limit' });
    const later = reduceFailure(meanwhile, failure(), context({ router, nowMs: 62_000 }));
    expect(later.restReason).toBe('failures');
  });

  it('never shortens a rest', () => {
    const long = reduceFailure(UNTRIED, { ...RATE_LIMITED, retryAfterMs: 30_000 }, context());
    const again = reduceFailure(long, { ...RATE_LIMITED, retryAfterMs: 1000 }, context());
    expect(again.restUntilMs).toBe(31_000);
  });
});

describe('selectDeploymentState', () => {
  it('calls one failure a partial outage and three in a row, a rest or a failed probe an outage', () => {
    const router = routerConfig({ cooldownsDisabled: true });
    expect(selectDeploymentState(UNTRIED, 0)).toBe('healthy');
    expect(selectDeploymentState(failTimes(1, failure(), { router }), 1000)).toBe('partial-outage');
    expect(selectDeploymentState(failTimes(3, failure(), { router }), 1000)).toBe('outage');
    expect(selectDeploymentState(failTimes(1, RATE_LIMITED), 1000)).toBe('outage');
    const probed = reduceProbe(UNTRIED, 'failure');
    expect(selectDeploymentState(probed, 0)).toBe('outage');
    expect(selectDeploymentState(reduceProbe(probed, 'success'), 0)).toBe('healthy');
    expect(selectDeploymentState(reduceSuccess(probed, context()), 1000)).toBe('healthy');
  });
});
