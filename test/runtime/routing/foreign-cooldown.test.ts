import fc from 'fast-check';
import {
  reduceForeignCooldown,
  reduceForeignCooldownStart,
  resolveForeignCooldown,
  selectLongerCooldown,
} from '../../../runtime/routing/foreign-cooldown';
import type { ForeignCooldown } from '../../../runtime/routing/foreign-cooldown';
import { COOLDOWN_REASONS, UNTRIED } from '../../../runtime/routing/health';
import type { Health } from '../../../runtime/routing/health';
import { deployment, routerConfig } from '../../support/gateway-config-builder';

const CONTEXT = { nowMs: 1000, deployment: deployment({ id: 'a' }), router: routerConfig() };
const REST: ForeignCooldown = { untilMs: 6000, reason: 'failures' };

describe('resolveForeignRest', () => {
  it('believes a rest as long as this replica might order one itself', () => {
    expect(resolveForeignCooldown(REST, CONTEXT)).toEqual(REST);
    expect(resolveForeignCooldown({ ...REST, untilMs: 9e15 }, CONTEXT)?.untilMs).toBe(301_000);
    const own = { ...CONTEXT, deployment: deployment({ id: 'a', cooldownSeconds: 2 }) };
    expect(resolveForeignCooldown({ ...REST, untilMs: 9e15 }, own)?.untilMs).toBe(3000);
    const long = { ...CONTEXT, router: routerConfig({ cooldownSeconds: 600 }) };
    expect(resolveForeignCooldown({ ...REST, untilMs: 9e15 }, long)?.untilMs).toBe(601_000);
  });

  it('is nothing once it is over, and where nothing ever rests', () => {
    expect(resolveForeignCooldown({ ...REST, untilMs: 1000 }, CONTEXT)).toBeNull();
    expect(resolveForeignCooldown({ ...REST, reason: 'none' }, CONTEXT)).toBeNull();
    const never = { ...CONTEXT, router: routerConfig({ cooldownsDisabled: true }) };
    expect(resolveForeignCooldown(REST, never)).toBeNull();
  });
});

const rests: fc.Arbitrary<ForeignCooldown> = fc.record({
  untilMs: fc.nat(10_000),
  reason: fc.constantFrom(...COOLDOWN_REASONS),
});

describe('selectLongerRest', () => {
  it('is the one that ends last, whoever is heard first', () => {
    fc.assert(
      fc.property(rests, rests, (one, other) => {
        expect(selectLongerCooldown(one, other).untilMs).toBe(Math.max(one.untilMs, other.untilMs));
        expect(selectLongerCooldown(one, one)).toEqual(one);
        expect(selectLongerCooldown(null, one)).toBe(one);
      }),
    );
  });

  it('stays a rate limit when one of them is', () => {
    const limited = { untilMs: 2000, reason: 'rate-limit' } as const;
    expect(selectLongerCooldown(limited, REST)).toEqual({ untilMs: 6000, reason: 'rate-limit' });
    expect(selectLongerCooldown(REST, limited)).toEqual({ untilMs: 6000, reason: 'rate-limit' });
  });
});

describe('reduceForeignRest', () => {
  it('lengthens a rest, and never shortens one', () => {
    expect(reduceForeignCooldown(UNTRIED, REST)).toMatchObject({
      coolingUntilMs: 6000,
      cooldownReason: 'failures',
    });
    const longer: Health = { ...UNTRIED, coolingUntilMs: 6000, cooldownReason: 'rate-limit' };
    expect(reduceForeignCooldown(longer, REST)).toBe(longer);
    expect(reduceForeignCooldown(longer, null)).toBe(longer);
  });
});

describe('reduceForeignRestStart', () => {
  it('lets one request find out after the rest, and leaves a probe that is due alone', () => {
    const awaited = reduceForeignCooldownStart({ ...UNTRIED, recovery: 'ramping' }, REST);
    expect(awaited).toMatchObject({
      recovery: 'awaited',
      cooldownReason: 'failures',
      coolingUntilMs: 0,
    });
    const probing: Health = { ...awaited, probeStartMs: 7 };
    expect(reduceForeignCooldownStart(probing, REST)).toBe(probing);
  });
});
