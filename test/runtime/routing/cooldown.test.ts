import fc from 'fast-check';
import { selectVerdict } from '../../../runtime/routing/breaker';
import {
  reduceAnswer,
  reduceCancelled,
  reduceCheck,
  reduceFailure,
  reduceProbeStart,
  reduceSuccess,
} from '../../../runtime/routing/cooldown';
import type { CheckContext } from '../../../runtime/routing/cooldown';
import type { Failure, FailureKind } from '../../../runtime/routing/failure';
import { isCoolingDown, hasFailedCheck, UNTRIED } from '../../../runtime/routing/health';
import type { Health } from '../../../runtime/routing/health';
import { selectShare } from '../../../runtime/routing/ramp';
import type { CooldownContext } from '../../../runtime/routing/cooldown-rules';
import { failure } from '../../support/failure-builder';
import { deployment, routerConfig } from '../../support/gateway-config-builder';

const RATE_LIMITED = failure({ kind: 'provider_rate_limit', status: 429 });
const REFUSED = failure({ kind: 'provider_authentication', status: 401 });
/** Each test's rules end in a rest of the time that the file names. */
const FIXED = { cooldownGrowth: 'fixed', cooldownSeconds: 5 } as const;

function context(parts: Partial<CooldownContext> = {}): CooldownContext {
  return {
    nowMs: 1000,
    groupSize: 2,
    deployment: deployment({ id: 'a' }),
    router: routerConfig(),
    ...parts,
  };
}

/** What the file says of failures, and the failure that a rest follows. */
interface AllowedRow {
  readonly policy?: Readonly<Record<string, number>>;
  readonly own?: Readonly<Record<string, number>>;
  readonly allowed?: number;
  readonly ownAllowed?: number;
  readonly until: number;
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
      coolingUntilMs: 6000,
      cooldownReason: 'rate-limit',
    });
  });

  it('rests for as long as the provider asks, unless the deployment has a time of its own', () => {
    const patient = { ...RATE_LIMITED, retryAfterMs: 9000 };
    expect(failTimes(1, patient).coolingUntilMs).toBe(10_000);
    expect(
      failTimes(1, patient, { deployment: deployment({ id: 'a', cooldownSeconds: 2 }) })
        .coolingUntilMs,
    ).toBe(3000);
  });

  it('does not rest a lone deployment for a rate limit', () => {
    expect(failTimes(1, RATE_LIMITED, { groupSize: 1 }).coolingUntilMs).toBe(0);
  });

  it('never rests a deployment whose own cooldown time is zero', () => {
    const own = deployment({ id: 'a', cooldownSeconds: 0 });
    expect(failTimes(50, RATE_LIMITED, { deployment: own }).coolingUntilMs).toBe(0);
    expect(failTimes(50, REFUSED, { deployment: own }).coolingUntilMs).toBe(0);
  });

  it.each([
    ['provider_authentication', 401],
    ['provider_permission', 403],
    ['provider_not_found', 404],
  ] as const)('rests for five minutes and calls for help after %s', (kind, status) => {
    const health = failTimes(1, failure({ kind, status }));
    expect(health).toMatchObject({
      coolingUntilMs: 301_000,
      cooldownReason: 'credentials',
      credentials: 'refused',
    });
    expect(reduceSuccess(health, context()).credentials).toBe('accepted');
  });

  it('rests a refused key for an explicit cooldown time where there is one', () => {
    expect(failTimes(1, REFUSED, { router: routerConfig(FIXED) }).coolingUntilMs).toBe(6000);
  });

  it('does not blame a wildcard for a model that its caller made up', () => {
    const wildcard = deployment({ id: 'a', providerModel: '*' });
    const unknown = failure({ kind: 'provider_not_found', status: 404 });
    expect(failTimes(50, unknown, { deployment: wildcard })).toBe(UNTRIED);
  });

  it('rests a lone deployment for a refused key too, so that a fallback is asked at once', () => {
    expect(failTimes(1, REFUSED, { groupSize: 1 }).coolingUntilMs).toBe(301_000);
  });

  it('rests on the failure after the allowed ones', () => {
    const router = routerConfig({ allowedFails: 3, cooldownSeconds: 60 });
    expect(failTimes(3, failure(), { router }).coolingUntilMs).toBe(0);
    expect(failTimes(4, failure(), { router }).coolingUntilMs).toBe(61_000);
  });

  it('forgets failures when the window of the allowed ones is over', () => {
    const router = routerConfig({ allowedFails: 3, cooldownSeconds: 60 });
    const old = failTimes(3, failure(), { router });
    const later = reduceFailure(old, failure(), context({ router, nowMs: 61_000 }));
    expect(later).toMatchObject({ failures: 1, coolingUntilMs: 0 });
  });

  it('rests by default when more than half of five calls failed', () => {
    const half = reduceSuccess(reduceSuccess(UNTRIED, context()), context());
    let health = half;
    for (let count = 0; count < 2; count += 1) health = reduceFailure(health, failure(), context());
    expect(isCoolingDown(health, 1000)).toBe(false);
    expect(isCoolingDown(reduceFailure(health, failure(), context()), 1000)).toBe(true);
  });

  it('does not rest when just half of the calls failed', () => {
    let health = UNTRIED;
    for (let count = 0; count < 3; count += 1) health = reduceSuccess(health, context());
    for (let count = 0; count < 3; count += 1) health = reduceFailure(health, failure(), context());
    expect(isCoolingDown(health, 1000)).toBe(false);
  });

  it('spares a lone deployment that has succeeded once', () => {
    const router = routerConfig({
      cooldownRules: { failureShare: 0.5, leastCalls: 5, loneLeastCalls: 3 },
    });
    const lone = context({ router, groupSize: 1 });
    let health = reduceSuccess(UNTRIED, lone);
    for (let count = 0; count < 9; count += 1) health = reduceFailure(health, failure(), lone);
    expect(isCoolingDown(health, 1000)).toBe(false);
  });

  it('does not take a provider that limits the rate for broken', () => {
    const limited = failTimes(9, RATE_LIMITED, { groupSize: 1 });
    expect(limited.failuresInARow).toBe(0);
    expect(selectVerdict(limited, 1000)).toBe('healthy');
  });

  it('rests a lone deployment by default only after a thousand failures and no success', () => {
    expect(failTimes(999, failure(), { groupSize: 1 }).coolingUntilMs).toBe(0);
    expect(failTimes(1000, failure(), { groupSize: 1 }).coolingUntilMs).toBe(6000);
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
    expect(failTimes(9, RATE_LIMITED, { router }).coolingUntilMs).toBe(0);
  });

  it('remembers the rate limit while its rest lasts, whatever fails meanwhile', () => {
    const router = routerConfig({ allowedFails: 0, cooldownSeconds: 60 });
    const limited = reduceFailure(UNTRIED, RATE_LIMITED, context({ router }));
    const meanwhile = reduceFailure(limited, failure(), context({ router, nowMs: 2000 }));
    expect(meanwhile).toMatchObject({ coolingUntilMs: 62_000, cooldownReason: 'rate-limit' });
    const later = reduceFailure(meanwhile, failure(), context({ router, nowMs: 62_000 }));
    expect(later.cooldownReason).toBe('failures');
  });

  it('never shortens a rest', () => {
    const long = reduceFailure(UNTRIED, { ...RATE_LIMITED, retryAfterMs: 30_000 }, context());
    const again = reduceFailure(long, { ...RATE_LIMITED, retryAfterMs: 1000 }, context());
    expect(again.coolingUntilMs).toBe(31_000);
  });

  it('counts allowed failures for a minute, however short the cooldown time is', () => {
    const router = routerConfig({ ...FIXED, allowedFails: 1 });
    const old = failTimes(1, failure(), { router });
    const later = reduceFailure(old, failure(), context({ router, nowMs: 60_000 }));
    expect(isCoolingDown(later, 60_000)).toBe(true);
  });

  it.each<AllowedRow>([
    { policy: { InternalServerError: 2 }, until: 3 },
    { policy: { InternalServerError: 0 }, allowed: 5, until: 1 },
    { policy: { RateLimitError: 9 }, until: 4 },
    { policy: { RateLimitError: 9 }, allowed: 1, until: 2 },
    { policy: { InternalServerError: 5 }, own: { InternalServerError: 1 }, until: 2 },
    { policy: { InternalServerError: 1 }, own: { RateLimitError: 1 }, until: 4 },
    { allowed: 3, until: 4 },
    { allowed: 3, ownAllowed: 0, until: 1 },
  ])('rests by the rule that fits best: $policy $own $allowed $ownAllowed', (row) => {
    const parts = {
      router: routerConfig({
        allowedFailsByException: row.policy ?? {},
        allowedFails: row.allowed ?? null,
      }),
      deployment: deployment({
        id: 'a',
        allowedFailsByException: row.own ?? {},
        allowedFails: row.ownAllowed ?? null,
      }),
    };
    expect(isCoolingDown(failTimes(row.until - 1, failure(), parts), 1000)).toBe(false);
    expect(isCoolingDown(failTimes(row.until, failure(), parts), 1000)).toBe(true);
  });

  it('lets a policy say how many rate limits and refused keys are allowed', () => {
    const router = routerConfig({
      allowedFailsByException: { RateLimitError: 1, AuthenticationError: 1 },
    });
    for (const kind of [RATE_LIMITED, REFUSED]) {
      expect(isCoolingDown(failTimes(1, kind, { router }), 1000)).toBe(false);
      expect(isCoolingDown(failTimes(2, kind, { router }), 1000)).toBe(true);
    }
  });

  it('asks the configuration how many failures prove an outage', () => {
    const cooldownRules = { failureShare: 0.2, leastCalls: 2, loneLeastCalls: 3 };
    const router = routerConfig({ cooldownRules });
    expect(isCoolingDown(failTimes(2, failure(), { router }), 1000)).toBe(true);
    expect(isCoolingDown(failTimes(2, failure(), { router, groupSize: 1 }), 1000)).toBe(false);
    expect(isCoolingDown(failTimes(3, failure(), { router, groupSize: 1 }), 1000)).toBe(true);
  });
});

describe('the length of a rest', () => {
  const ROUTER = routerConfig({ allowedFails: 0 });
  const restAt = (health: Health, nowMs: number, router = ROUTER): Health =>
    reduceFailure(reduceProbeStart(health, nowMs), failure(), context({ nowMs, router }));

  it('grows while a deployment fails again after each rest, up to five minutes', () => {
    let health = UNTRIED;
    const seconds: number[] = [];
    for (let rest = 0, nowMs = 1000; rest < 70; rest += 1, nowMs = health.coolingUntilMs) {
      health = restAt(health, nowMs);
      seconds.push((health.coolingUntilMs - nowMs) / 1000);
    }
    expect(seconds.slice(0, 4)).toEqual([5, 10, 15, 20]);
    expect(seconds.at(-1)).toBe(300);
  });

  it('is forgotten step by step, one for each half minute without a rest', () => {
    const twice = restAt(restAt(UNTRIED, 1000), 6000);
    expect(twice.coolingUntilMs).toBe(16_000);
    expect(restAt(twice, 16_000 + 30_000).coolingUntilMs - 46_000).toBe(10_000);
    expect(restAt(twice, 16_000 + 90_000).coolingUntilMs - 106_000).toBe(5000);
  });

  it('stays the same where the file names a cooldown time, and for rate limits', () => {
    const fixed = routerConfig({ ...FIXED, allowedFails: 0 });
    expect(restAt(restAt(UNTRIED, 1000, fixed), 6000, fixed).coolingUntilMs).toBe(11_000);
    const limited = reduceFailure(
      failTimes(1, RATE_LIMITED),
      RATE_LIMITED,
      context({ nowMs: 6000 }),
    );
    expect(limited.coolingUntilMs).toBe(11_000);
  });

  it('does not grow by failures of calls that were under way when the rest began', () => {
    const health = failTimes(4, failure(), { router: ROUTER });
    expect(health).toMatchObject({ cooldownsInARow: 1, coolingUntilMs: 6000 });
  });
});

describe('recovery', () => {
  const ROUTER = routerConfig({ allowedFails: 3 });
  const rested = failTimes(4, failure(), { router: ROUTER });

  it('is decided by one probe at a time', () => {
    expect(selectShare(rested, 5999)).toBe(0);
    expect(selectShare(rested, 6000)).toBe(1);
    const probed = reduceProbeStart(rested, 6000);
    expect(selectShare(probed, 6001)).toBe(0);
    expect(reduceProbeStart(probed, 6001)).toBe(probed);
  });

  it('fails with the probe, whatever the rules allow', () => {
    // The failures before the rest are long forgotten.
    const again = reduceFailure(
      reduceProbeStart(rested, 90_000),
      failure(),
      context({ nowMs: 90_100, router: ROUTER }),
    );
    expect(again.failures).toBe(1);
    expect(isCoolingDown(again, 90_101)).toBe(true);
  });

  it('gives the turn back when the probe was given up or was itself mistaken', () => {
    const probed = reduceProbeStart(rested, 6000);
    expect(selectShare(reduceCancelled(probed), 6001)).toBe(1);
    const mistaken = failure({ kind: 'provider_bad_request', status: 400 });
    const after = reduceFailure(probed, mistaken, context({ nowMs: 6500, router: ROUTER }));
    expect(selectShare(after, 6501)).toBe(1);
  });

  it('takes a probe that says nothing for a minute for lost', () => {
    const probed = reduceProbeStart(rested, 6000);
    expect(selectShare(probed, 65_999)).toBe(0);
    expect(selectShare(probed, 66_000)).toBe(1);
  });

  it('begins with the first event of a stream, not with its end', () => {
    const answered = reduceAnswer(reduceProbeStart(rested, 6000), 7000);
    expect(answered).toMatchObject({ recovery: 'ramping', rampStartMs: 7000, failures: 0 });
    expect(selectShare(answered, 7000)).toBeCloseTo(0.1);
    expect(selectShare(answered, 22_000)).toBeCloseTo(0.5);
    expect(selectShare(answered, 37_000)).toBe(1);
  });

  it('is not begun by the answer to a request from before the rest', () => {
    expect(reduceAnswer(rested, 2000)).toBe(rested);
    expect(isCoolingDown(reduceSuccess(rested, context({ nowMs: 2000 })), 2001)).toBe(true);
  });

  it('ends a rest early when a deployment was asked because all others rested too', () => {
    const forced = reduceProbeStart(rested, 2000);
    const recovered = reduceSuccess(forced, context({ nowMs: 3000 }));
    expect(recovered).toMatchObject({ coolingUntilMs: 3000, recovery: 'ramping' });
  });

  it('has no ramp after a rate limit: the provider knows what it can bear', () => {
    const limited = reduceProbeStart(failTimes(1, RATE_LIMITED), 6000);
    expect(selectShare(reduceSuccess(limited, context({ nowMs: 6100 })), 6100)).toBe(1);
  });
});

describe('reduceCheck', () => {
  const check = (parts: Partial<CheckContext> = {}): CheckContext => ({
    ...context(),
    use: 'inform',
    stalenessMs: 600_000,
    ...parts,
  });

  it('tells people of an outage without touching the routing', () => {
    const health = reduceCheck(UNTRIED, failure(), check());
    expect(selectVerdict(health, 1000)).toBe('unhealthy');
    expect(selectShare(health, 1000)).toBe(1);
    expect(hasFailedCheck(health, 1000)).toBe(false);
    expect(selectVerdict(reduceCheck(health, null, check()), 1000)).toBe('healthy');
  });

  it('is believed until it is stale where it drives the routing', () => {
    const health = reduceCheck(UNTRIED, failure(), check({ use: 'filter' }));
    expect(hasFailedCheck(health, 600_999)).toBe(true);
    expect(hasFailedCheck(health, 601_000)).toBe(false);
    expect(hasFailedCheck(reduceCheck(health, null, check({ use: 'filter' })), 1001)).toBe(false);
  });

  it('counts like a failed request where a policy says how many are allowed', () => {
    const router = routerConfig({ allowedFailsByException: { InternalServerError: 1 } });
    const once = reduceCheck(UNTRIED, failure(), check({ use: 'count', router }));
    expect(isCoolingDown(once, 1000)).toBe(false);
    expect(hasFailedCheck(once, 1000)).toBe(false);
    expect(isCoolingDown(reduceCheck(once, failure(), check({ use: 'count', router })), 1000)).toBe(
      true,
    );
  });

  it('ends the rest of a mended key, and of nothing else', () => {
    const mended = reduceCheck(failTimes(1, REFUSED), null, check({ nowMs: 2000 }));
    expect(mended).toMatchObject({ credentials: 'accepted', recovery: 'ramping' });
    expect(isCoolingDown(mended, 2000)).toBe(false);
    expect(isCoolingDown(reduceCheck(failTimes(1, RATE_LIMITED), null, check()), 2000)).toBe(true);
  });
});

describe('what is remembered, whatever happens', () => {
  const KINDS: readonly FailureKind[] = [
    'provider_bad_request',
    'provider_context_window',
    'provider_content_policy',
    'provider_unprocessable',
    'provider_authentication',
    'provider_not_found',
    'provider_timeout',
    'provider_rate_limit',
    'provider_internal',
    'provider_connection',
  ];
  const CALLERS = KINDS.slice(0, 4);
  const event = fc.record({
    afterMs: fc.integer({ min: 0, max: 40_000 }),
    kind: fc.constantFrom('start', 'answer', 'success', 'cancel', 'check', ...KINDS),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 60_000 })),
  });
  const settings = fc.record({
    groupSize: fc.integer({ min: 1, max: 4 }),
    allowedFails: fc.option(fc.integer({ min: 0, max: 3 })),
    growth: fc.constantFrom('growing' as const, 'fixed' as const),
  });

  type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;
  const play = (before: Health, { kind, retryAfterMs }: Event, ctx: CooldownContext): Health => {
    switch (kind) {
      case 'start':
        return reduceProbeStart(before, ctx.nowMs);
      case 'answer':
        return reduceAnswer(before, ctx.nowMs);
      case 'success':
        return reduceSuccess(before, ctx);
      case 'cancel':
        return reduceCancelled(before);
      case 'check':
        return reduceCheck(before, null, { ...ctx, use: 'filter', stalenessMs: 1000 });
      default:
        return reduceFailure(before, failure({ kind, retryAfterMs }), ctx);
    }
  };

  it('survives JSON, bounds every rest, and holds no mistake of a caller against anyone', () => {
    fc.assert(
      fc.property(settings, fc.array(event, { maxLength: 60 }), (chosen, events) => {
        const router = routerConfig({
          allowedFails: chosen.allowedFails,
          cooldownGrowth: chosen.growth,
        });
        let health = UNTRIED;
        let nowMs = 1000;
        for (const step of events) {
          nowMs += step.afterMs;
          const ctx = context({ nowMs, router, groupSize: chosen.groupSize });
          const before = health;
          health = play(before, step, ctx);
          expect(JSON.parse(JSON.stringify(health))).toEqual(health);
          expect(health.coolingUntilMs - nowMs).toBeLessThanOrEqual(300_000);
          const share = selectShare(health, nowMs);
          expect(share >= 0 && share <= 1).toBe(true);
          if (CALLERS.includes(step.kind as FailureKind)) {
            expect({ ...health, probeStartMs: null }).toEqual({ ...before, probeStartMs: null });
          }
        }
      }),
    );
  });

  it('lets a share only grow while nothing but time passes after a first answer', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 30 }), (steps) => {
        const rested = failTimes(1, failure(), { router: routerConfig({ allowedFails: 0 }) });
        const health = reduceAnswer(reduceProbeStart(rested, 6000), 6000);
        let nowMs = 6000;
        let last = selectShare(health, nowMs);
        for (const step of steps) {
          nowMs += step;
          const share = selectShare(health, nowMs);
          expect(share).toBeGreaterThanOrEqual(last);
          last = share;
        }
      }),
    );
  });
});
