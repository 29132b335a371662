import fc from 'fast-check';
import {
  reduceForeignRest,
  reduceForeignRestStart,
  resolveForeignRest,
  selectLongerRest,
} from '../../../runtime/routing/foreign-rest';
import type { ForeignRest } from '../../../runtime/routing/foreign-rest';
import { REST_REASONS, UNTRIED } from '../../../runtime/routing/health';
import type { Health } from '../../../runtime/routing/health';
import { deployment, routerConfig } from '../../support/gateway-config-builder';

const CONTEXT = { nowMs: 1000, deployment: deployment({ id: 'a' }), router: routerConfig() };
const REST: ForeignRest = { untilMs: 6000, reason: 'failures' };

describe('resolveForeignRest', () => {
  it('believes a rest as long as this replica might order one itself', () => {
    expect(resolveForeignRest(REST, CONTEXT)).toEqual(REST);
    expect(resolveForeignRest({ ...REST, untilMs: 9e15 }, CONTEXT)?.untilMs).toBe(301_000);
    const own = { ...CONTEXT, deployment: deployment({ id: 'a', cooldownSeconds: 2 }) };
    expect(resolveForeignRest({ ...REST, untilMs: 9e15 }, own)?.untilMs).toBe(3000);
    const long = { ...CONTEXT, router: routerConfig({ cooldownSeconds: 600 }) };
    expect(resolveForeignRest({ ...REST, untilMs: 9e15 }, long)?.untilMs).toBe(601_000);
  });

  it('is nothing once it is over, and where nothing ever rests', () => {
    expect(resolveForeignRest({ ...REST, untilMs: 1000 }, CONTEXT)).toBeNull();
    expect(resolveForeignRest({ ...REST, reason: 'none' }, CONTEXT)).toBeNull();
    const never = { ...CONTEXT, router: routerConfig({ cooldownsDisabled: true }) };
    expect(resolveForeignRest(REST, never)).toBeNull();
  });
});

const rests: fc.Arbitrary<ForeignRest> = fc.record({
  untilMs: fc.nat(10_000),
  reason: fc.constantFrom(...REST_REASONS),
});

describe('selectLongerRest', () => {
  it('is the one that ends last, whoever is heard first', () => {
    fc.assert(
      fc.property(rests, rests, (one, other) => {
        expect(selectLongerRest(one, other).untilMs).toBe(Math.max(one.untilMs, other.untilMs));
        expect(selectLongerRest(one, one)).toEqual(one);
        expect(selectLongerRest(null, one)).toBe(one);
      }),
    );
  });

  it('stays a rate limit when one of them is', () => {
    const limited = { untilMs: 2000, reason: 'rate-limit' } as const;
    expect(selectLongerRest(limited, REST)).toEqual({ untilMs: 6000, reason: 'rate-limit' });
    expect(selectLongerRest(REST, limited)).toEqual({ untilMs: 6000, reason: 'rate-limit' });
  });
});

describe('reduceForeignRest', () => {
  it('lengthens a rest, and never shortens one', () => {
    expect(reduceForeignRest(UNTRIED, REST)).toMatchObject({
      restUntilMs: 6000,
      restReason: 'failures',
    });
    const longer: Health = { ...UNTRIED, restUntilMs: 6000, restReason: 'rate-limit' };
    expect(reduceForeignRest(longer, REST)).toBe(longer);
    expect(reduceForeignRest(longer, null)).toBe(longer);
  });
});

describe('reduceForeignRestStart', () => {
  it('lets one request find out after the rest, and leaves a probe that is due alone', () => {
    const awaited = reduceForeignRestStart({ ...UNTRIED, recovery: 'ramping' }, REST);
    expect(awaited).toMatchObject({ recovery: 'awaited', restReason: 'failures', restUntilMs: 0 });
    const probing: Health = { ...awaited, probeStartMs: 7 };
    expect(reduceForeignRestStart(probing, REST)).toBe(probing);
  });
});
