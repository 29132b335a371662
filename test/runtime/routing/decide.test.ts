import fc from 'fast-check';
import { reduceAttempt, reduceDecision, startCallState } from '../../../runtime/routing/call-state';
import type { CallState } from '../../../runtime/routing/call-state';
import { decide, resolveRetries } from '../../../runtime/routing/decide';
import type { DecisionContext } from '../../../runtime/routing/decide';
import type { Decision } from '../../../runtime/routing/decision';
import { GATEWAY_ERRORS } from '../../../runtime/errors';
import type { Failure, FailureKind } from '../../../runtime/routing/failure';
import { TRIED, untried } from '../../support/open-deployments';
import { failure } from '../../support/failure-builder';
import { deployment, routerConfig } from '../../support/gateway-config-builder';

const RATE_LIMITED = failure({ kind: 'provider_rate_limit', status: 429 });

function context(parts: Partial<DecisionContext> = {}): DecisionContext {
  return {
    nowMs: 0,
    deadlineMs: 60_000,
    random: 0,
    router: routerConfig(),
    available: 1,
    open: [TRIED],
    deploymentRetries: null,
    requestedRetries: null,
    requestedFallbacks: [],
    fallbacks: 'allowed',
    ...parts,
  };
}

function retryAfter(afterMs: number, spentOrders: readonly number[] = []): Decision {
  return { kind: 'retry', afterMs, spentOrders };
}

function decideAfter(
  attempts: number,
  why: Failure,
  parts: Partial<DecisionContext> = {},
): Decision {
  let state = startCallState('gpt-4o');
  for (let count = 0; count < attempts; count += 1)
    state = reduceAttempt(state, deployment({ id: `id-${count}` }));
  return decide({ kind: 'failed', failure: why, when: 'before-first-byte' }, state, context(parts));
}

describe('decide', () => {
  it('answers when there is an answer', () => {
    expect(decide({ kind: 'answered' }, startCallState('a'), context())).toEqual({
      kind: 'answer',
    });
  });

  it('retries at once on a deployment that was not tried', () => {
    expect(decideAfter(1, RATE_LIMITED, { open: untried(1) })).toEqual(retryAfter(0));
  });

  it('waits before it asks the same deployment again, longer each time', () => {
    expect(decideAfter(1, failure())).toEqual(retryAfter(500));
    expect(decideAfter(2, failure())).toEqual(retryAfter(1000));
  });

  it('waits as long as the provider asks', () => {
    const patient = { ...RATE_LIMITED, retryAfterMs: 7000 };
    expect(decideAfter(1, patient)).toEqual(retryAfter(7000));
  });

  it('waits at least as long as the configuration says for the status', () => {
    const router = routerConfig({ retryAfterSecondsByStatus: { '429': 12 }, retryAfterSeconds: 3 });
    expect(decideAfter(1, RATE_LIMITED, { router })).toEqual(retryAfter(12_000));
    expect(decideAfter(1, failure(), { router })).toEqual(retryAfter(3000));
  });

  it('fails rather than sleep past the deadline', () => {
    const router = routerConfig({ retryAfterSecondsByStatus: { '429': 60 } });
    expect(decideAfter(1, RATE_LIMITED, { router, deadlineMs: 30_000 })).toEqual({ kind: 'fail' });
  });

  it('fails after the last retry', () => {
    expect(decideAfter(3, failure())).toEqual({ kind: 'fail' });
  });

  it('falls back after the last retry of a rate-limited deployment', () => {
    const router = routerConfig({ fallbacks: { 'gpt-4o': ['claude', 'mini'] } });
    expect(decideAfter(3, RATE_LIMITED, { router })).toEqual({
      kind: 'fallback',
      group: 'claude',
      waitingGroups: ['mini'],
    });
  });

  it('leaves a group at once when all of it rests and a fallback waits', () => {
    const router = routerConfig({ defaultFallbacks: ['claude'] });
    expect(decideAfter(1, RATE_LIMITED, { router, available: 0 })).toMatchObject({
      kind: 'fallback',
    });
  });

  it('tries nothing else once the client has seen a first byte', () => {
    const outcome = { kind: 'failed', failure: failure(), when: 'after-first-byte' } as const;
    const router = routerConfig({ defaultFallbacks: ['claude'] });
    const state = reduceAttempt(startCallState('gpt-4o'), deployment({ id: 'id' }));
    expect(decide(outcome, state, context({ router, open: untried(3) }))).toEqual({ kind: 'fail' });
  });

  it('does not ask twice when the caller is to blame', () => {
    const bad = failure({ kind: 'provider_bad_request', status: 400 });
    expect(decideAfter(1, bad, { open: untried(2) })).toEqual({ kind: 'fail' });
  });

  it('asks a sibling, but never the same deployment again, when a key is refused', () => {
    const refused = failure({ kind: 'provider_authentication', status: 401 });
    expect(decideAfter(1, refused, { open: untried(1) })).toEqual(retryAfter(0));
    expect(decideAfter(1, refused)).toEqual({ kind: 'fail' });
  });

  it('takes the list for too long prompts, and no other once there is one', () => {
    const long = failure({ kind: 'provider_context_window', status: 400 });
    const fallbacks = { 'gpt-4o': ['claude'] };
    expect(decideAfter(1, long, { router: routerConfig({ fallbacks }) })).toMatchObject({
      group: 'claude',
    });
    const typed = routerConfig({ fallbacks, contextWindowFallbacks: { 'gpt-4o': ['long'] } });
    expect(decideAfter(1, long, { router: typed })).toMatchObject({ group: 'long' });
    const silent = routerConfig({ fallbacks, contextWindowFallbacks: { other: ['long'] } });
    expect(decideAfter(1, long, { router: silent })).toEqual({ kind: 'fail' });
  });

  it('takes the list for refused content', () => {
    const refused = failure({ kind: 'provider_content_policy', status: 400 });
    const router = routerConfig({ contentPolicyFallbacks: { 'gpt-4o': ['lenient'] } });
    expect(decideAfter(1, refused, { router })).toMatchObject({ group: 'lenient' });
  });

  it('takes the fallbacks of the client before all others, and none when it wants none', () => {
    const router = routerConfig({ retries: 0, fallbacks: { 'gpt-4o': ['claude'] } });
    expect(decideAfter(1, failure(), { router, requestedFallbacks: ['mine'] })).toMatchObject({
      group: 'mine',
    });
    expect(decideAfter(1, failure(), { router, fallbacks: 'disabled' })).toEqual({ kind: 'fail' });
  });

  it('passes over whoever has no place for the call, and leaves the group for a fallback', () => {
    const spent = { available: 2, open: [] };
    expect(decideAfter(1, failure(), spent)).toEqual({ kind: 'fail' });
    const router = routerConfig({ fallbacks: { 'gpt-4o': ['claude'] } });
    expect(decideAfter(1, failure(), { ...spent, router })).toMatchObject({ group: 'claude' });
  });

  it('skips the retries of a failure that was played for a whole group', () => {
    const router = routerConfig({ fallbacks: { 'gpt-4o': ['claude'] } });
    const outcome = { kind: 'failed', failure: failure(), when: 'without-attempt' } as const;
    const state = startCallState('gpt-4o');
    expect(decide(outcome, state, context({ router, open: untried(2) }))).toMatchObject({
      kind: 'fallback',
    });
    expect(decide(outcome, state, context({ open: untried(2) }))).toEqual({ kind: 'fail' });
  });

  it('takes an alias among the fallbacks for the model behind it, and never returns to one', () => {
    const router = routerConfig({
      retries: 0,
      fallbacks: { 'gpt-4o': ['own-alias', 'other-alias'] },
      modelGroupAlias: { 'own-alias': 'gpt-4o', 'other-alias': 'claude' },
    });
    expect(decideAfter(1, failure(), { router })).toEqual({
      kind: 'fallback',
      group: 'claude',
      waitingGroups: [],
    });
  });

  it('finds fallbacks under the name without its provider prefix', () => {
    const router = routerConfig({ retries: 0, fallbacks: { mini: ['claude'] } });
    const state = reduceAttempt(startCallState('openai/mini'), deployment({ id: 'id' }));
    const outcome = { kind: 'failed', failure: failure(), when: 'before-first-byte' } as const;
    expect(decide(outcome, state, context({ router }))).toMatchObject({ group: 'claude' });
  });
});

describe('resolveRetries', () => {
  const asked = {
    model: 'gpt-4o',
    group: 'gpt-4o',
    deploymentRetries: null,
    requestedRetries: null,
  };
  const refused = failure({ kind: 'provider_content_policy', status: 400 });
  const countsOf = (retriesByException: Readonly<Record<string, number>>) => ({
    ...asked,
    router: routerConfig({ retries: 1, retriesByException }),
  });

  it('prefers the kind of failure, then the deployment, then the client, then the router', () => {
    const policy = countsOf({ RateLimitError: 4 });
    const all = { ...policy, deploymentRetries: 3, requestedRetries: 2 };
    expect(resolveRetries(RATE_LIMITED, all)).toBe(4);
    expect(resolveRetries(failure(), all)).toBe(3);
    expect(resolveRetries(failure(), { ...all, deploymentRetries: null })).toBe(2);
    expect(resolveRetries(failure(), policy)).toBe(1);
  });

  it('looks a content policy up under its own name first and as a bad request then', () => {
    const both = { BadRequestErrorRetries: 1, ContentPolicyViolationErrorRetries: 5 };
    expect(resolveRetries(refused, countsOf(both))).toBe(5);
    expect(resolveRetries(refused, countsOf({ BadRequestError: 1 }))).toBe(1);
  });

  it('takes what is unavailable for an internal error where it has no entry of its own', () => {
    const unavailable = failure({ kind: 'provider_unavailable', status: 503 });
    const internal = { InternalServerErrorRetries: 4 };
    expect(resolveRetries(unavailable, countsOf(internal))).toBe(4);
    const both = { ...internal, ServiceUnavailableErrorRetries: 0 };
    expect(resolveRetries(unavailable, countsOf(both))).toBe(0);
  });

  it('takes the default of a policy for what it does not name, save for mistakes of the caller', () => {
    const policy = countsOf({ DefaultRetries: 6, TimeoutError: 0 });
    expect(resolveRetries(failure(), policy)).toBe(6);
    expect(resolveRetries(failure({ kind: 'provider_timeout', status: 408 }), policy)).toBe(0);
    expect(resolveRetries(refused, policy)).toBe(0);
  });

  it('replaces the policy as a whole for a model that has its own', () => {
    const router = routerConfig({
      retries: 1,
      retriesByException: { RateLimitError: 4, InternalServerError: 4 },
      retriesByGroup: { 'gpt-4o': { RateLimitError: 0 } },
    });
    expect(resolveRetries(RATE_LIMITED, { ...asked, router })).toBe(0);
    expect(resolveRetries(failure(), { ...asked, router })).toBe(1);
    expect(resolveRetries(RATE_LIMITED, { ...asked, model: 'mini', group: 'mini', router })).toBe(
      4,
    );
  });
});

describe('a call that always fails', () => {
  const KINDS = (Object.keys(GATEWAY_ERRORS) as (keyof typeof GATEWAY_ERRORS)[]).filter(
    (code): code is FailureKind => code.startsWith('provider_'),
  );
  const groups = ['a', 'b', 'c', 'd'];
  const lists = fc.dictionary(fc.constantFrom(...groups), fc.subarray(groups));
  const scenario = fc.record({
    retries: fc.integer({ min: 0, max: 5 }),
    maxFallbacks: fc.integer({ min: 0, max: 4 }),
    fallbacks: lists,
    contextWindowFallbacks: lists,
    kinds: fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 60 }),
    retryAfterMs: fc.option(fc.integer({ min: 1, max: 60_000 })),
    untried: fc.integer({ min: 0, max: 3 }),
    deadlineMs: fc.integer({ min: 1, max: 120_000 }),
    random: fc.double({ min: 0, max: 0.999, noNaN: true }),
  });

  it('ends, keeps to its retries and its depth, visits no group twice and never sleeps past the deadline', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const router = routerConfig(given);
        let state: CallState = startCallState('a');
        let nowMs = 0;
        for (let step = 0; ; step += 1) {
          expect(step).toBeLessThan(100);
          state = reduceAttempt(state, deployment({ id: `id-${state.attemptsInGroup}` }));
          expect(state.attemptsInGroup).toBeLessThanOrEqual(1 + given.retries);
          nowMs += 1;
          const why = failure({
            kind: given.kinds[step % given.kinds.length] ?? 'provider_internal',
            retryAfterMs: given.retryAfterMs,
          });
          const left = Math.max(0, given.untried - state.tried.length);
          const { deadlineMs, random } = given;
          const at = context({
            nowMs,
            deadlineMs,
            random,
            router,
            available: left,
            open: untried(left),
          });
          const decision = decide(
            { kind: 'failed', failure: why, when: 'before-first-byte' },
            state,
            at,
          );
          state = reduceDecision(state, decision, why);
          if (decision.kind === 'fail') break;
          if (decision.kind === 'retry') nowMs += decision.afterMs;
          expect(nowMs).toBeLessThan(given.deadlineMs);
          expect(state.fallbacks).toBeLessThanOrEqual(given.maxFallbacks);
          expect(new Set(state.visitedGroups).size).toBe(state.visitedGroups.length);
        }
      }),
    );
  });
});
