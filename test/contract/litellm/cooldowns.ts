import assert from 'node:assert/strict';
import {
  reduceAnswer,
  reduceFailure,
  reduceProbeStart,
  reduceSuccess,
} from '../../../runtime/routing/cooldown';
import type { Failure, FailureKind } from '../../../runtime/routing/failure';
import { isCoolingDown, UNTRIED } from '../../../runtime/routing/health';
import type { Health } from '../../../runtime/routing/health';
import { isImpatience } from '../../../runtime/routing/impatience';
import { selectDeployment } from '../../../runtime/routing/select-deployment';
import { selectShare } from '../../../runtime/routing/ramp';
import type { CooldownContext } from '../../../runtime/routing/cooldown-rules';
import { classifyFailure } from '../../../runtime/providers/classify-failure';
import { parseRetryAfterMs } from '../../../runtime/upstream/retry-after';
import { failure } from '../../support/failure-builder';
import { deployment, routerConfig } from '../../support/gateway-config-builder';
import { TRIED, untried } from '../../support/open-deployments';
import { decideAfter } from './decide-after';
import { selectionContext } from '../../support/selection-context';
import type { ConformanceRule } from './conformance-rule';

const START_MS = 1000;

function context(parts: Partial<CooldownContext> = {}): CooldownContext {
  return {
    nowMs: START_MS,
    groupSize: 2,
    deployment: deployment({ id: 'a' }),
    router: routerConfig(),
    ...parts,
  };
}

function afterFailures(times: number, why: Failure, parts: Partial<CooldownContext> = {}): Health {
  let health = UNTRIED;
  for (let count = 0; count < times; count += 1) {
    health = reduceFailure(health, why, context(parts));
  }
  return health;
}

const of = (kind: FailureKind, status: number): Failure => failure({ kind, status });
const rests = (health: Health): boolean => isCoolingDown(health, START_MS);
const restSeconds = (health: Health): number => (health.coolingUntilMs - START_MS) / 1000;
const FIXED = routerConfig({ cooldownGrowth: 'fixed' });

/** LiteLLM's rules of resting a deployment. */
export const COOLDOWN_RULES: readonly ConformanceRule[] = [
  {
    id: 'cooldown.rate-limit-with-siblings',
    section: 'cooldowns',
    liteLlm: 'A 429 puts a deployment into cooldown at once if its group has others.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const limited = of('provider_rate_limit', 429);
      assert.ok(rests(afterFailures(1, limited)));
      assert.ok(!rests(afterFailures(1, limited, { groupSize: 1 })));
    },
  },
  {
    id: 'cooldown.failure-share',
    section: 'cooldowns',
    liteLlm:
      'More than half of at least five calls in a minute failed, and the group has others: it cools down. `DEFAULT_FAILURE_THRESHOLD_PERCENT` and `DEFAULT_FAILURE_THRESHOLD_MINIMUM_REQUESTS` change the numbers.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const two = [1, 2].reduce((health) => reduceSuccess(health, context()), UNTRIED);
      const fail = (health: Health): Health => reduceFailure(health, failure(), context());
      assert.ok(!rests(fail(fail(two))));
      assert.ok(rests(fail(fail(fail(two)))));
      const strict = { failureShare: 0.1, leastCalls: 1, loneLeastCalls: 1000 };
      assert.ok(
        rests(afterFailures(1, failure(), { router: routerConfig({ cooldownRules: strict }) })),
      );
    },
  },
  {
    id: 'cooldown.lone-deployment',
    section: 'cooldowns',
    liteLlm:
      'One rule: what is written holds for a deployment without siblings, too (`allowed_fails`, a policy), and so does a refused key. Where nothing is written neither rate limits nor the share of failures put it into cooldown, only 1000 calls without one success (`SINGLE_DEPLOYMENT_TRAFFIC_FAILURE_THRESHOLD`). While it cools down, calls get 429.',
    ours: 'The same; but while it cools down for failures, calls without a fallback are put to it all the same.',
    why: 'A cooldown of the only deployment would answer every client with an error that the provider might not have given.',
    prove: () => {
      assert.ok(!rests(afterFailures(999, failure(), { groupSize: 1 })));
      assert.ok(rests(afterFailures(1000, failure(), { groupSize: 1 })));
      const written = { router: routerConfig({ allowedFails: 1 }), groupSize: 1 };
      assert.ok(!rests(afterFailures(1, failure(), written)));
      const health = afterFailures(2, failure(), written);
      assert.ok(rests(health));
      const asked = selectDeployment(
        [deployment({ id: 'a' })],
        selectionContext({ nowMs: START_MS, health: new Map([['a', health]]) }),
      );
      assert.equal(asked.kind, 'chosen');
    },
  },
  {
    id: 'cooldown.credentials',
    section: 'cooldowns',
    liteLlm:
      'A 401 or 404 puts a deployment into cooldown at once for `cooldown_time`, a lone one too. A 403 never does.',
    ours: 'A 401, 402, 403 or 404 puts it into cooldown at once, for five minutes unless `cooldown_time` is written, and `litellm_ha_deployment_misconfigured` is 1 until it answers or passes a health check. A 404 or 403 behind a wildcard starts no cooldown.',
    why: "A wrong key does not mend itself within five seconds, so people have to hear of it; the model behind a wildcard is the client's to name.",
    prove: () => {
      for (const refused of [
        of('provider_authentication', 401),
        of('provider_payment', 402),
        of('provider_permission', 403),
        of('provider_not_found', 404),
      ]) {
        const health = afterFailures(1, refused, { groupSize: 1 });
        assert.equal(restSeconds(health), 300);
        assert.equal(health.credentials, 'refused');
        assert.equal(restSeconds(afterFailures(1, refused, { router: FIXED })), 5);
      }
      const wildcard = deployment({ id: 'a', providerModel: '*' });
      const unknown = of('provider_not_found', 404);
      assert.equal(afterFailures(9, unknown, { deployment: wildcard }), UNTRIED);
    },
  },
  {
    id: 'cooldown.callers-mistakes',
    section: 'cooldowns',
    liteLlm: 'A 4xx other than 401, 404, 408 and 429 never puts a deployment into cooldown.',
    ours: 'The same for 400, 413, 422 and whatever else speaks of the request, whatever a policy says of it; nor is it counted in any way.',
    why: null,
    prove: () => {
      const router = routerConfig({
        allowedFails: 0,
        allowedFailsByException: { BadRequestError: 0 },
      });
      for (const kind of [
        'provider_bad_request',
        'provider_context_window',
        'provider_content_policy',
        'provider_unprocessable',
      ] as const) {
        assert.equal(afterFailures(50, of(kind, 400), { router }), UNTRIED);
      }
    },
  },
  {
    id: 'cooldown.account-and-moment',
    section: 'cooldowns',
    liteLlm:
      'A 402, 405, 409, 410 or 424 never puts a deployment into cooldown; only a 409 is tried again, and a 402 comes back for each call that meets the deployment. A 429 with `insufficient_quota` is a rate limit.',
    ours: 'They move to another deployment. A 402, or a 429 with `insufficient_quota`, cools down like a refused key; the others (also 407, 421, 423, 425, 426, 451, 499) count like any failure, save a 410 behind a wildcard.',
    why: 'They speak of one account, one address or one moment, so a sibling may well answer.',
    prove: () => {
      const classify = (status: number, code?: string): Failure =>
        classifyFailure({
          status,
          body: JSON.stringify({ error: { message: 'x', code } }),
          retryAfterMs: null,
          secrets: [],
        });
      assert.ok(rests(afterFailures(1, classify(402), { groupSize: 1 })));
      assert.ok(rests(afterFailures(1, classify(429, 'insufficient_quota'), { groupSize: 1 })));
      assert.ok(!rests(afterFailures(1, classify(429, 'rate_limit_exceeded'), { groupSize: 1 })));
      for (const status of [405, 407, 409, 410, 421, 423, 424, 425, 426, 451, 499]) {
        assert.ok(!rests(afterFailures(1, classify(status))));
        assert.ok(rests(afterFailures(5, classify(status))));
      }
      const wildcard = deployment({ id: 'a', providerModel: '*' });
      assert.equal(afterFailures(9, classify(410), { deployment: wildcard }), UNTRIED);
      for (const status of [402, 405, 409, 410, 424]) {
        const context = { available: 2, open: [TRIED, ...untried(1)] };
        const decision = decideAfter(1, classify(status), context);
        assert.equal(decision.kind === 'retry' ? decision.afterMs : null, 0);
      }
    },
  },
  {
    id: 'cooldown.faults-of-a-prompt',
    section: 'cooldowns',
    liteLlm:
      'A 403 is a refused key and a 404 a missing model, whatever their texts say; the client hears it so.',
    ours: 'A 403 of a moderator and a 404 of an image or a file are told as content policy or bad request (400) with their message, and are held against no deployment.',
    why: 'One prompt would take a deployment from everybody, and raise an alert about a key that is in order.',
    prove: () => {
      const classify = (status: number, error: object): Failure =>
        classifyFailure({
          status,
          body: JSON.stringify({ error }),
          retryAfterMs: null,
          secrets: [],
        });
      const flagged = classify(403, { message: 'flagged', metadata: { reasons: ['violence'] } });
      assert.deepEqual([flagged.kind, flagged.status], ['provider_content_policy', 400]);
      const missing = classify(404, { message: 'no', param: 'messages[0].content[0].image_url' });
      assert.deepEqual([missing.kind, missing.status], ['provider_bad_request', 400]);
      assert.equal(afterFailures(9, flagged), UNTRIED);
      assert.equal(afterFailures(9, missing), UNTRIED);
    },
  },
  {
    id: 'cooldown.impatient-clients',
    section: 'cooldowns',
    liteLlm:
      'A timeout counts, whoever set it: a client with `timeout: 0.001` can put a deployment into cooldown for all.',
    ours: 'A timeout counts after three seconds of silence, or after the time that the configuration gives if that is shorter.',
    why: 'What a client did not wait for says nothing about the deployment.',
    prove: () => {
      const timeout = of('provider_timeout', 408);
      assert.ok(isImpatience(timeout, { waitedMs: 1, configuredMs: 600_000 }));
      assert.ok(!isImpatience(timeout, { waitedMs: 3000, configuredMs: 600_000 }));
      assert.ok(!isImpatience(timeout, { waitedMs: 1000, configuredMs: 1000 }));
    },
  },
  {
    id: 'cooldown.connection-errors',
    section: 'cooldowns',
    liteLlm: 'A failed connection (`APIConnectionError`) never puts a deployment into cooldown.',
    ours: 'It counts like any other failure.',
    why: 'A provider that cannot be reached would otherwise keep its full share of requests.',
    prove: () => {
      assert.ok(rests(afterFailures(5, of('provider_connection', 502))));
    },
  },
  {
    id: 'cooldown.allowed-fails',
    section: 'cooldowns',
    liteLlm:
      '`allowed_fails: N` starts a cooldown on failure N + 1; 3 is taken for not set. Failures are counted for `cooldown_time`, a minute according to the documentation.',
    ours: 'An explicit 3 counts. Failures are counted for a minute, or for `cooldown_time` if that is longer.',
    why: 'Whoever writes 3 means 3; and in a window of five seconds a steady trickle of failures never adds up.',
    prove: () => {
      const router = routerConfig({ allowedFails: 3 });
      assert.ok(!rests(afterFailures(3, failure(), { router, groupSize: 1 })));
      assert.ok(rests(afterFailures(4, failure(), { router, groupSize: 1 })));
      const once = afterFailures(1, failure(), { router: routerConfig({ allowedFails: 1 }) });
      const later = context({ router: routerConfig({ allowedFails: 1 }), nowMs: 60_000 });
      assert.ok(isCoolingDown(reduceFailure(once, failure(), later), 60_000));
    },
  },
  {
    id: 'cooldown.allowed-fails-policy',
    section: 'cooldowns',
    liteLlm:
      '`allowed_fails_policy` names the failures allowed by kind; 0 is read as not set, and `InternalServerErrorAllowedFails` is ignored. Kinds left out have `allowed_fails`, or 3.',
    ours: '0 starts a cooldown on the first failure, as the documentation promises, and every kind counts.',
    why: "LiteLLM's code and documentation disagree.",
    prove: () => {
      const router = routerConfig({ allowedFailsByException: { InternalServerError: 0 } });
      assert.ok(rests(afterFailures(1, failure(), { router })));
      const timeout = of('provider_timeout', 408);
      assert.ok(!rests(afterFailures(3, timeout, { router })));
      assert.ok(rests(afterFailures(4, timeout, { router })));
    },
  },
  {
    id: 'cooldown.allowed-fails-and-rate-limits',
    section: 'cooldowns',
    liteLlm:
      'With `allowed_fails` set, rate limits and refused keys are counted like other failures.',
    ours: 'They still put a deployment into cooldown at once, unless `allowed_fails_policy` names their kind.',
    why: 'To ask a provider again that has just said when to come back wastes an attempt of every request.',
    prove: () => {
      const limited = of('provider_rate_limit', 429);
      assert.ok(rests(afterFailures(1, limited, { router: routerConfig({ allowedFails: 3 }) })));
      const policy = routerConfig({ allowedFailsByException: { RateLimitError: 1 } });
      assert.ok(!rests(afterFailures(1, limited, { router: policy })));
      assert.ok(rests(afterFailures(2, limited, { router: policy })));
    },
  },
  {
    id: 'cooldown.deployment-policy',
    section: 'cooldowns',
    liteLlm:
      '`model_info` may hold `allowed_fails`, `allowed_fails_policy` and `cooldown_time` of one deployment.',
    ours: "The same; its policy replaces the router's as a whole.",
    why: null,
    prove: () => {
      const router = routerConfig({ allowedFails: 9 });
      const own = deployment({ id: 'a', allowedFails: 0, cooldownSeconds: 33 });
      const health = afterFailures(1, failure(), { router, deployment: own });
      assert.equal(restSeconds(health), 33);
      const policy = deployment({ id: 'a', allowedFailsByException: { InternalServerError: 0 } });
      assert.ok(rests(afterFailures(1, failure(), { router, deployment: policy })));
    },
  },
  {
    id: 'cooldown.duration',
    section: 'cooldowns',
    liteLlm:
      "A cooldown lasts the deployment's `cooldown_time` (0: it never cools down), else `Retry-After`, else the router's `cooldown_time`, else 5 seconds (`DEFAULT_COOLDOWN_TIME_SECONDS`).",
    ours: 'The same; `Retry-After` is believed up to one minute.',
    why: "A provider's typing error, or its proxy's, must not take a deployment away for a day.",
    prove: () => {
      const limited = { ...of('provider_rate_limit', 429), retryAfterMs: 9000 };
      const own = (cooldownSeconds: number): Partial<CooldownContext> => ({
        deployment: deployment({ id: 'a', cooldownSeconds }),
      });
      assert.equal(restSeconds(afterFailures(1, limited, own(2))), 2);
      assert.ok(!rests(afterFailures(9, limited, own(0))));
      assert.equal(restSeconds(afterFailures(1, limited)), 9);
      assert.equal(restSeconds(afterFailures(1, { ...limited, retryAfterMs: null })), 5);
      const misspelt = { ...limited, retryAfterMs: parseRetryAfterMs('86400', 0) };
      assert.equal(restSeconds(afterFailures(1, misspelt)), 60);
    },
  },
  {
    id: 'cooldown.second-failure',
    section: 'cooldowns',
    liteLlm: 'A failure during a cooldown leaves its end as it was.',
    ours: 'It may move the end further away, and never closer.',
    why: 'Calls that were under way report the newest state of the provider.',
    prove: () => {
      const long = { ...of('provider_rate_limit', 429), retryAfterMs: 30_000 };
      const short = { ...long, retryAfterMs: 1000 };
      const health = reduceFailure(afterFailures(1, long), short, context());
      assert.equal(restSeconds(health), 30);
      assert.equal(restSeconds(reduceFailure(afterFailures(1, short), long, context())), 30);
    },
  },
  {
    id: 'cooldown.disabled',
    section: 'cooldowns',
    liteLlm: '`disable_cooldowns` turns all of it off.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const router = routerConfig({ cooldownsDisabled: true, allowedFails: 0 });
      assert.ok(!rests(afterFailures(50, of('provider_rate_limit', 429), { router })));
    },
  },
  {
    id: 'cooldown.return',
    section: 'cooldowns',
    liteLlm: 'After its put a deployment into cooldown gets its full share of requests at once.',
    ours: 'First one request decides; then its share grows from a tenth to all of it within 30 seconds. After a rate limit one request decides, and there is no ramp. One alone in its group gets everything that comes.',
    why: 'A provider that has just recovered falls again under the load of all who waited.',
    prove: () => {
      const router = routerConfig({ allowedFails: 0 });
      const probed = reduceProbeStart(afterFailures(1, failure(), { router }), 6000);
      assert.equal(selectShare(probed, 6001), 0);
      const answered = reduceAnswer(probed, 6000);
      assert.equal(selectShare(answered, 6000), 0.1);
      assert.equal(selectShare(answered, 36_000), 1);
    },
  },
  {
    id: 'cooldown.repeated',
    section: 'cooldowns',
    liteLlm: 'Each cooldown is as long as the one before.',
    ours: 'Without a written `cooldown_time` a deployment that fails again right after its cooldown cools down 5 seconds longer each time, up to 300; each half minute without a cooldown forgives one. A written `cooldown_time` is kept to the second.',
    why: 'What has been down for an hour need not be tried every five seconds.',
    prove: () => {
      const router = routerConfig({ allowedFails: 0 });
      const once = afterFailures(1, failure(), { router });
      const twice = reduceFailure(once, failure(), context({ router, nowMs: 6000 }));
      assert.equal(twice.coolingUntilMs, 16_000);
      const fixed = routerConfig({ allowedFails: 0, cooldownGrowth: 'fixed' });
      const again = context({ router: fixed, nowMs: 6000 });
      assert.equal(reduceFailure(once, failure(), again).coolingUntilMs, 11_000);
    },
  },
];
