import fc from 'fast-check';
import type { DeploymentConfig } from '../../../../lib/config/gateway-config';
import { keepEligible, selectRefusal } from '../../../../runtime/routing/filters/filters';
import { reduceStart, UNUSED } from '../../../../runtime/routing/load';
import type { Load } from '../../../../runtime/routing/load';
import { aLoad } from '../../../support/a-load';
import { deployment } from '../../../support/gateway-config-builder';
import { selectionContext } from '../../../support/selection-context';

type Parts = Parameters<typeof selectionContext>[0];

const kept = (group: readonly DeploymentConfig[], parts: Parts): readonly string[] =>
  keepEligible(group, selectionContext(parts)).map(({ id }) => id);

const refusal = (group: readonly DeploymentConfig[], parts: Parts): unknown =>
  selectRefusal(group, selectionContext(parts));

describe('the filter of tags', () => {
  const GROUP = [
    deployment({ id: 'free', tags: ['free'] }),
    deployment({ id: 'paid', tags: ['paid', 'eu'] }),
    deployment({ id: 'any', tags: ['default'] }),
    deployment({ id: 'plain' }),
  ];
  const any = { tagFiltering: 'any' } as const;

  it('looks at no tag unless it is told to', () => {
    expect(kept(GROUP, { traits: { tags: ['paid'] } })).toHaveLength(4);
  });

  it('keeps who has one of the tags, or all of them', () => {
    expect(kept(GROUP, { router: any, traits: { tags: ['paid', 'free'] } })).toEqual([
      'free',
      'paid',
    ]);
    const all = { tagFiltering: 'all' } as const;
    expect(kept(GROUP, { router: all, traits: { tags: ['paid', 'eu'] } })).toEqual(['paid']);
  });

  it('falls to those tagged default when nobody fits', () => {
    expect(kept(GROUP, { router: any, traits: { tags: ['gold'] } })).toEqual(['any']);
  });

  it('sends a request without tags to those tagged default, or anywhere when none is', () => {
    expect(kept(GROUP, { router: any })).toEqual(['any']);
    expect(kept(GROUP.slice(0, 2), { router: any })).toEqual(['free', 'paid']);
  });

  it('refuses for good when nobody fits and none is tagged default', () => {
    const group = GROUP.slice(0, 2);
    expect(refusal(group, { router: any, traits: { tags: ['gold'] } })).toEqual({
      reason: 'tags',
      waitMs: 0,
    });
  });
});

describe('the checks before a call', () => {
  const on = { preCallChecks: 'on' } as const;

  it('leave out a window shorter than the prompt, and keep one nobody knows', () => {
    const group = [
      deployment({ id: 'short', maxInputTokens: 100 }),
      deployment({ id: 'long', maxInputTokens: 101 }),
      deployment({ id: 'unknown', providerModel: 'my-model' }),
    ];
    const traits = { promptTokens: 101 };
    expect(kept(group, { router: on, traits })).toEqual(['long', 'unknown']);
    expect(kept(group, { traits })).toHaveLength(3);
    expect(refusal(group.slice(0, 1), { router: on, traits })).toEqual({
      reason: 'context-window',
      waitMs: 0,
    });
  });

  it.each([
    ['eu', ['eu-west-1', 'europe-west4', 'eu']],
    ['EU-WEST-1', ['eu-west-1']],
    ['us', ['us-east-1']],
  ])('keep the region %s and no other', (allowedRegion, regions) => {
    const group = ['eu-west-1', 'europe-west4', 'eu', 'us-east-1', 'australia-1', null].map(
      (region) => deployment({ id: String(region), region }),
    );
    expect(kept(group, { router: on, traits: { allowedRegion } })).toEqual(regions);
    expect(kept(group, { traits: { allowedRegion } })).toHaveLength(6);
  });

  it('ask an answer by a schema of no model known to be without it', () => {
    const group = [
      deployment({ id: 'without', responseSchemas: 'unsupported' }),
      deployment({ id: 'with', responseSchemas: 'supported' }),
      deployment({ id: 'unknown' }),
    ];
    const traits = { answerFormat: 'schema' } as const;
    expect(kept(group, { router: on, traits })).toEqual(['with', 'unknown']);
    expect(kept(group, { router: on })).toHaveLength(3);
  });
});

describe('the filter of rate limits', () => {
  const enforced = { rateLimits: 'enforced' } as const;
  const group = [deployment({ id: 'one', rpm: 3, tpm: 1000 })];

  it('allows as many requests a minute as the limit says, and not one more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat(180_000), { maxLength: 200 }),
        (rpm, moments) => {
          const limited = [deployment({ id: 'one', rpm })];
          const sent = new Map<number, number>();
          let load: Load = UNUSED;
          for (const wallMs of [...moments].sort((a, b) => a - b)) {
            const loads = new Map([['one', load]]);
            if (kept(limited, { wallMs, loads, router: enforced }).length === 0) continue;
            load = reduceStart(load, { wallMs, promptTokens: 0, turn: UNUSED.turn });
            const minute = Math.floor(wallMs / 60_000);
            sent.set(minute, (sent.get(minute) ?? 0) + 1);
          }
          for (const [minute, count] of sent) {
            const came = moments.filter((wallMs) => Math.floor(wallMs / 60_000) === minute).length;
            expect(count).toBe(Math.min(rpm, came));
          }
        },
      ),
    );
  });

  it('counts the tokens of the request that asks', () => {
    const loads = new Map([['one', aLoad({ minute: 0, requests: 1, tokens: 900 })]]);
    expect(kept(group, { loads, router: enforced, traits: { promptTokens: 100 } })).toEqual([
      'one',
    ]);
    expect(kept(group, { loads, router: enforced, traits: { promptTokens: 101 } })).toEqual([]);
  });

  it('says when the minute is over', () => {
    const loads = new Map([['one', aLoad({ minute: 0, requests: 3 })]]);
    expect(refusal(group, { loads, router: enforced, wallMs: 45_000 })).toEqual({
      reason: 'rate-limits',
      waitMs: 15_000,
    });
    expect(kept(group, { loads, router: enforced, wallMs: 60_000 })).toEqual(['one']);
  });

  it.each([
    ['simple-shuffle', 1],
    ['least-busy', 1],
    ['peak-ewma', 1],
    ['usage-based-routing', 0],
    ['usage-based-routing-v2', 0],
    ['latency-based-routing', 0],
    ['cost-based-routing', 0],
  ] as const)('of %s leaves %i of a deployment that is used up', (strategy, left) => {
    const loads = new Map([['one', aLoad({ minute: 0, requests: 3 })]]);
    expect(kept(group, { loads, router: { strategy } })).toHaveLength(left);
    expect(kept(group, { loads, router: { strategy, preCallChecks: 'on' } })).toHaveLength(0);
  });
});

describe('the filter of budgets', () => {
  const router = { providerBudgets: { openai: { limitDollars: 2, windowSeconds: 60 } } };
  const group = [deployment({ id: 'one' }), deployment({ id: 'other', provider: 'azure' })];
  const spent = (spentDollars: number) =>
    new Map([['provider:openai', { startMs: 1000, spentDollars }]]);

  it('leaves out every deployment of a provider that has spent its own, until its window ends', () => {
    expect(kept(group, { router, budgets: spent(1.99) })).toEqual(['one', 'other']);
    expect(kept(group, { router, budgets: spent(2) })).toEqual(['other']);
    expect(kept(group, { router, budgets: spent(2), nowMs: 60_999 })).toEqual(['other']);
    expect(kept(group, { router, budgets: spent(2), nowMs: 61_000 })).toEqual(['one', 'other']);
  });

  it('says when the first of them may spend again', () => {
    expect(refusal(group.slice(0, 1), { router, budgets: spent(2), nowMs: 21_000 })).toEqual({
      reason: 'budgets',
      waitMs: 40_000,
    });
  });

  it('holds a deployment to its own budget, which without a duration never starts anew', () => {
    const own = [deployment({ id: 'one', maxBudgetDollars: 1 })];
    const budgets = new Map([['deployment:one', { startMs: 0, spentDollars: 1 }]]);
    expect(refusal(own, { budgets, nowMs: 9e12 })).toEqual({ reason: 'budgets', waitMs: 0 });
  });

  it('lets nothing through a budget of nothing', () => {
    expect(kept([deployment({ id: 'one', maxBudgetDollars: 0 })], {})).toEqual([]);
  });
});
