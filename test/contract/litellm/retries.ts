import assert from 'node:assert/strict';
import { resolveRetries } from '../../../runtime/routing/decide';
import type { Failure } from '../../../runtime/routing/failure';
import { planDeadlineMs } from '../../../runtime/routing/plan-limits';
import { planRetryDelayMs } from '../../../runtime/routing/retry-delay';
import { RetryBudget } from '../../../runtime/routing/retry-budget';
import { untried } from '../../support/open-deployments';
import { failure } from '../../support/failure-builder';
import { routerConfig } from '../../support/gateway-config-builder';
import type { ConformanceRule } from './conformance-rule';
import { decideAfter } from './decide-after';

const INTERNAL = failure();
const LIMITED = failure({ kind: 'provider_rate_limit', status: 429 });
const REFUSED = failure({ kind: 'provider_authentication', status: 401 });
const UNKNOWN = failure({ kind: 'provider_not_found', status: 404 });
const MISTAKEN = failure({ kind: 'provider_bad_request', status: 400 });
const UNPROCESSABLE = failure({ kind: 'provider_unprocessable', status: 422 });
const POLICY = failure({ kind: 'provider_content_policy', status: 400 });

const NOBODY = {
  model: 'gpt-4o',
  group: 'gpt-4o',
  deploymentRetries: null,
  requestedRetries: null,
};

function countOf(
  why: Failure,
  router: Parameters<typeof routerConfig>[0],
  asked: Partial<typeof NOBODY | { deploymentRetries: number; requestedRetries: number }> = {},
): number {
  return resolveRetries(why, { ...NOBODY, router: routerConfig(router), ...asked });
}

function delayOf(
  why: Failure,
  earlierRetries: number,
  router: Parameters<typeof routerConfig>[0] = {},
): number | null {
  return planRetryDelayMs(why, { earlierRetries, random: 0, router: routerConfig(router) });
}

const retryAfter = (afterMs: number) => ({ kind: 'retry', afterMs, spentOrders: [] });

/** How often a failed request is tried again, and when. */
export const RETRY_RULES: readonly ConformanceRule[] = [
  {
    id: 'retry.count',
    section: 'retries',
    liteLlm: 'A request is tried 1 + `num_retries` times.',
    ours: 'The same, as far as retry budgets and the deadline allow.',
    why: null,
    prove: () => {
      assert.equal(decideAfter(2, INTERNAL).kind, 'retry');
      assert.equal(decideAfter(3, INTERNAL).kind, 'fail');
    },
  },
  {
    id: 'retry.precedence',
    section: 'retries',
    liteLlm:
      "`retry_policy`, then the deployment's `num_retries`, then the request's or `x-litellm-num-retries`, then the router's.",
    ours: 'The same order.',
    why: null,
    prove: () => {
      const router = { retries: 1, retriesByException: { RateLimitError: 4 } };
      const both = { deploymentRetries: 3, requestedRetries: 2 };
      assert.equal(countOf(LIMITED, router, both), 4);
      assert.equal(countOf(INTERNAL, router, both), 3);
      assert.equal(countOf(INTERNAL, router, { requestedRetries: 2 }), 2);
      assert.equal(countOf(INTERNAL, router), 1);
    },
  },
  {
    id: 'retry.policy.by-model',
    section: 'retries',
    liteLlm: 'An entry of `model_group_retry_policy` replaces `retry_policy` for its model.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const router = {
        retries: 1,
        retriesByException: { RateLimitError: 4, InternalServerError: 4 },
        retriesByGroup: { 'gpt-4o': { RateLimitError: 0 } },
      };
      assert.equal(countOf(LIMITED, router), 0);
      assert.equal(countOf(INTERNAL, router), 1);
    },
  },
  {
    id: 'retry.policy.content-policy-first',
    section: 'retries',
    liteLlm: '`ContentPolicyViolationErrorRetries` is looked up before `BadRequestErrorRetries`.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const both = { BadRequestError: 1, ContentPolicyViolationError: 5 };
      assert.equal(countOf(POLICY, { retriesByException: both }), 5);
      assert.equal(countOf(POLICY, { retriesByException: { BadRequestError: 1 } }), 1);
    },
  },
  {
    id: 'retry.policy.internal-error',
    section: 'retries',
    liteLlm: '`InternalServerErrorRetries` is read and ignored.',
    ours: 'It counts, also for 502, 503, broken connections and garbage that have no entry of their own.',
    why: 'Ignoring a setting is a defect (LiteLLM #37805, #25644).',
    prove: () => {
      const router = { retries: 0, retriesByException: { InternalServerError: 5 } };
      assert.equal(countOf(INTERNAL, router), 5);
      assert.equal(countOf(failure({ kind: 'provider_unavailable', status: 503 }), router), 5);
    },
  },
  {
    id: 'retry.policy.default',
    section: 'retries',
    liteLlm: '`DefaultRetries` stands for kinds without an entry (newer versions).',
    ours: "The same, save for mistakes of the caller, which need their own kind's entry.",
    why: 'A request that the provider finds fault with has the same fault at the next attempt.',
    prove: () => {
      const router = { retries: 0, retriesByException: { Default: 4 } };
      assert.equal(countOf(INTERNAL, router), 4);
      assert.equal(countOf(MISTAKEN, router), 0);
    },
  },
  {
    id: 'retry.caller-mistakes',
    section: 'retries',
    liteLlm: 'A plain 400 or 422 is not retried, unless a policy names it.',
    ours: 'The same.',
    why: null,
    prove: () => {
      assert.equal(decideAfter(1, MISTAKEN, { open: untried(2) }).kind, 'fail');
      assert.equal(decideAfter(1, UNPROCESSABLE, { open: untried(2) }).kind, 'fail');
      const router = routerConfig({ retriesByException: { BadRequestError: 1 } });
      assert.equal(decideAfter(1, MISTAKEN, { open: untried(2), router }).kind, 'retry');
    },
  },
  {
    id: 'retry.not-found',
    section: 'retries',
    liteLlm: 'A 404 is never retried.',
    ours: 'A sibling is asked; the same deployment is not.',
    why: 'A deployment that does not have the model says nothing about its siblings, which may answer at once.',
    prove: () => {
      assert.equal(decideAfter(1, UNKNOWN, { open: untried(1) }).kind, 'retry');
      assert.equal(decideAfter(1, UNKNOWN).kind, 'fail');
    },
  },
  {
    id: 'retry.authentication',
    section: 'retries',
    liteLlm: 'A 401 is retried only where the model has more than one deployment.',
    ours: 'A sibling is asked; the same deployment is not.',
    why: null,
    prove: () => {
      assert.deepEqual(decideAfter(1, REFUSED, { open: untried(1) }), retryAfter(0));
      assert.equal(decideAfter(1, REFUSED).kind, 'fail');
    },
  },
  {
    id: 'retry.forbidden',
    section: 'retries',
    liteLlm: 'A 403 is retried like an error of the server, on the same deployment too.',
    ours: 'As a 401: a sibling is asked; the same deployment is not.',
    why: 'What a key is forbidden now it is forbidden a second later.',
    prove: () => {
      const forbidden = { ...REFUSED, status: 403 };
      assert.deepEqual(decideAfter(1, forbidden, { open: untried(1) }), retryAfter(0));
      assert.equal(decideAfter(1, forbidden).kind, 'fail');
    },
  },
  {
    id: 'retry.other-deployment-first',
    section: 'retries',
    liteLlm: 'Each attempt picks a deployment anew; chance may pick the one that has just failed.',
    ours: 'One that was not tried comes first, without a wait.',
    why: 'It has not failed, so it is both the likelier and the faster way to an answer.',
    prove: () => {
      const context = { open: untried(1), available: 2 };
      assert.deepEqual(decideAfter(1, LIMITED, context), retryAfter(0));
    },
  },
  {
    id: 'retry.backoff',
    section: 'retries',
    liteLlm: 'The wait is 0.5 s doubled per retry up to 8 s, plus up to 0.75 s of jitter.',
    ours: 'The same. The doubling is also the floor of a wait after a 429.',
    why: null,
    prove: () => {
      assert.equal(delayOf(LIMITED, 0), 500);
      assert.equal(delayOf(LIMITED, 2), 2000);
      assert.equal(delayOf(LIMITED, 9), 8000);
      const late = planRetryDelayMs(LIMITED, {
        earlierRetries: 0,
        random: 0.999,
        router: routerConfig(),
      });
      assert.ok(late !== null && late > 1200 && late < 1250);
    },
  },
  {
    id: 'retry.retry-after',
    section: 'retries',
    liteLlm: 'A Retry-After of up to 60 s is waited for; the one of the first failure counts.',
    ours: 'The one of the last failure counts. A wait beyond the deadline, or of more than 60 s, is not begun: the client gets the failure and its Retry-After.',
    why: 'A call that cannot be answered in time is better told so at once; LiteLLM takes a longer Retry-After for none and asks again after its backoff.',
    prove: () => {
      const patient = { ...LIMITED, retryAfterMs: 7000 };
      assert.deepEqual(decideAfter(1, patient), retryAfter(7000));
      assert.equal(decideAfter(1, patient, { deadlineMs: 5000 }).kind, 'fail');
      assert.equal(decideAfter(1, { ...LIMITED, retryAfterMs: 61_000 }).kind, 'fail');
    },
  },
  {
    id: 'retry.no-sleep-after-the-last',
    section: 'retries',
    liteLlm: 'Sleeps once more after the last attempt has failed, then raises the first error.',
    ours: 'Fails at once, with the last error of the first model.',
    why: 'The sleep helps nobody, and the last error is the one to be mended.',
    prove: () => assert.deepEqual(decideAfter(3, LIMITED), { kind: 'fail' }),
  },
  {
    id: 'retry.waits-by-status',
    section: 'retries',
    liteLlm: 'Refuses to start on a list of `status_code` and `retry_after`.',
    ours: 'Waits at least so long before it asks the same deployment again.',
    why: 'The guide writes the list; its meaning is plain.',
    prove: () => {
      assert.equal(delayOf(LIMITED, 0, { retryAfterSecondsByStatus: { '429': 60 } }), 60_000);
    },
  },
  {
    id: 'retry.whole-call',
    section: 'retries',
    liteLlm: '`timeout` bounds each attempt; nothing bounds the whole call.',
    ours: '`timeout` bounds each attempt. The whole has `call_timeout`, else one `timeout` per attempt and at most ten minutes.',
    why: 'Nobody listens to an answer for longer, while it holds connections and a draining replica.',
    prove: () => {
      const base = { nowMs: 0, requestedTimeoutSeconds: null, requestedRetries: null };
      const deadlineOf = (router: Parameters<typeof routerConfig>[0]): number =>
        planDeadlineMs({ ...base, router: routerConfig(router) });
      assert.equal(deadlineOf({ timeoutSeconds: 10, retries: 2 }), 30_000);
      assert.equal(deadlineOf({ timeoutSeconds: 10, callTimeoutSeconds: 15 }), 15_000);
      assert.equal(deadlineOf({ timeoutSeconds: 600, retries: 2 }), 600_000);
    },
  },
  {
    id: 'retry.budget',
    section: 'retries',
    liteLlm: 'Each request may retry, whatever becomes of all the others.',
    ours: 'A retry needs a place in the budget of the deployment that is asked again: one for every five attempts that need none, at least one in five seconds, ten saved up; and one whenever nobody has asked it for a second. So does the first attempt of a call at a deployment whose last three attempts failed, save for the first attempt of the call at all. Nothing else does.',
    why: 'Without it an outage triples the load on a provider at the moment it can bear it least.',
    prove: () => {
      const budget = new RetryBudget();
      for (let place = 1; place <= 10; place += 1) {
        assert.ok(budget.hasPlace(0));
        budget.take(0);
      }
      assert.ok(!budget.hasPlace(0) && !budget.hasPlace(999) && budget.hasPlace(1000));
      budget.take(1000);
      assert.ok(!budget.hasPlace(1000));
      for (let attempt = 1; attempt <= 5; attempt += 1) budget.earn(1000);
      assert.ok(budget.hasPlace(1000));
      // Passed over, not failed: a fallback is next.
      const router = routerConfig({ fallbacks: { 'gpt-4o': ['claude'] } });
      assert.equal(decideAfter(1, INTERNAL, { available: 2, open: [], router }).kind, 'fallback');
      assert.equal(decideAfter(1, INTERNAL, { available: 2, open: [] }).kind, 'fail');
    },
  },
];
