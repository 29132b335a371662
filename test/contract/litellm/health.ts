import { providerContext } from '../../support/provider-context';
import assert from 'node:assert/strict';
import { parseGatewayConfig } from '../../../lib/config';
import type { GatewayConfig } from '../../../lib/config';
import { Admission } from '../../../runtime/admission/admission';
import { Fleet } from '../../../runtime/dispatch/fleet';
import type { Target } from '../../../runtime/dispatch/fleet';
import { renderHealth } from '../../../runtime/health/render-health';
import { isCoolingDown, hasFailedCheck, UNTRIED } from '../../../runtime/routing/health';
import type { Health } from '../../../runtime/routing/health';
import { keepPassingChecks } from '../../../runtime/routing/recovery';
import { failure } from '../../support/failure-builder';
import { deployment } from '../../support/gateway-config-builder';
import { ManualClock } from '../../support/manual-clock';
import type { ConformanceRule } from './conformance-rule';

const PROVIDERS = providerContext({ OPENAI_API_KEY: 'key' });

function parse(general: string, rest = ''): GatewayConfig {
  const models =
    'model_list: [{model_name: a, litellm_params: {model: openai/gpt-4o}, model_info: {id: one}}, {model_name: a, litellm_params: {model: openai/gpt-4o}, model_info: {id: two}}]';
  return parseGatewayConfig(`${models}\ngeneral_settings: ${general}\n${rest}`, {
    environment: {},
  });
}

interface Watched {
  readonly fleet: Fleet;
  readonly target: Target;
  readonly health: () => Health;
  readonly clock: ManualClock;
}

function watch(config: GatewayConfig): Watched {
  const clock = new ManualClock();
  clock.advance(1000);
  const fleet = new Fleet(config, PROVIDERS, clock);
  const target = fleet.targets.get('one');
  assert.ok(target);
  return { fleet, target, clock, health: () => fleet.health.get('one') ?? UNTRIED };
}

const ROUTED = '{background_health_checks: true, enable_health_check_routing: true}';

/** LiteLLM's rules of health checks, and ours of overload. */
export const HEALTH_RULES: readonly ConformanceRule[] = [
  {
    id: 'health.interval',
    section: 'health',
    liteLlm:
      'With `background_health_checks` every deployment is asked every `health_check_interval`, 300 seconds; `disable_background_health_check` leaves one out.',
    ours: 'The same, give or take a tenth, and begun at a random moment of the first ten seconds.',
    why: 'Replicas that start together would otherwise ask together for ever.',
    prove: () => {
      const { healthChecks } = parse('{background_health_checks: true}').general;
      assert.equal(healthChecks.background, 'own');
      assert.equal(healthChecks.intervalSeconds, 300);
    },
  },
  {
    id: 'health.timeout',
    section: 'health',
    liteLlm:
      'A check may take 60 seconds (`health_check_timeout`); in some versions one that does cancels every other task of the process. All run at once, unless `health_check_concurrency` is set.',
    ours: 'The same time, eight at once, and no check touches another.',
    why: 'A defect of LiteLLM, mended there later; and a hundred checks in one instant are a load peak of their own.',
    prove: () => {
      const config = parse('{}');
      assert.equal(config.deployments[0]?.healthCheck.timeoutSeconds, 60);
      assert.equal(config.general.healthChecks.concurrency, 8);
    },
  },
  {
    id: 'health.shared',
    section: 'health',
    liteLlm: '`use_shared_health_check` lets one replica check for all, by way of Redis.',
    ours: 'The same behind a port; the store that exists is that of one process, so each replica checks for itself.',
    why: 'State that replicas share is not part of this version.',
    prove: () => {
      const shared = '{background_health_checks: true, use_shared_health_check: true}';
      assert.equal(parse(shared).general.healthChecks.background, 'shared');
    },
  },
  {
    id: 'health.routing',
    section: 'health',
    liteLlm:
      'With `enable_health_check_routing` a deployment whose last check failed gets no requests. A result older than `health_check_staleness_threshold`, two intervals, counts as healthy.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const { fleet, target, health } = watch(parse(ROUTED));
      fleet.recordCheck(target, failure());
      assert.ok(hasFailedCheck(health(), 600_999));
      assert.ok(!hasFailedCheck(health(), 601_000));
      fleet.recordCheck(target, null);
      assert.ok(!hasFailedCheck(health(), 1000));
      const silent = watch(parse('{background_health_checks: true}'));
      silent.fleet.recordCheck(silent.target, failure());
      assert.ok(!hasFailedCheck(silent.health(), 1000));
    },
  },
  {
    id: 'health.safety-net',
    section: 'health',
    liteLlm: 'When no deployment of a group would be left, the result of the checks is ignored.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const group = [deployment({ id: 'one' }), deployment({ id: 'two' })];
      const unwell = { ...UNTRIED, failedCheckUntilMs: 2000 };
      const one = new Map([['one', unwell]]);
      const both = new Map([...one, ['two', unwell] as const]);
      assert.deepEqual(keepPassingChecks(group, { health: one, nowMs: 1000 }), group.slice(1));
      assert.deepEqual(keepPassingChecks(group, { health: both, nowMs: 1000 }), group);
    },
  },
  {
    id: 'health.routing-with-policy',
    section: 'health',
    liteLlm:
      'Where an `allowed_fails_policy` is set, a failed check does not filter; it counts like a failed request.',
    ours: 'The same; with any window of at least a minute, so `cooldown_time` need not exceed the interval.',
    why: null,
    prove: () => {
      const policy =
        'router_settings: {allowed_fails_policy: {InternalServerErrorAllowedFails: 1}}';
      const { fleet, target, health } = watch(parse(ROUTED, policy));
      fleet.recordCheck(target, failure());
      assert.ok(!hasFailedCheck(health(), 1000) && !isCoolingDown(health(), 1000));
      fleet.recordCheck(target, failure());
      assert.ok(isCoolingDown(health(), 1000));
    },
  },
  {
    id: 'health.endpoint',
    section: 'health',
    liteLlm:
      '`GET /health` lists healthy and unhealthy deployments with status 200, from the background checks where they run; `model` and `model_id` choose, and `health_check_details: false` leaves only names.',
    ours: 'The same.',
    why: null,
    prove: () => {
      const { fleet } = watch(parse('{health_check_details: false}'));
      const body = renderHealth(
        {
          checkedAtMs: 0,
          checkedBy: 'one',
          results: [
            { modelId: 'one', failure: null },
            { modelId: 'two', failure: failure() },
          ],
        },
        { targets: [...fleet.targets.values()], skipped: [], details: 'names' },
      );
      assert.deepEqual(body, {
        healthy_endpoints: [{ model: 'openai/gpt-4o' }],
        unhealthy_endpoints: [{ model: 'openai/gpt-4o' }],
        healthy_count: 1,
        unhealthy_count: 1,
      });
    },
  },
  {
    id: 'health.deployment-state',
    section: 'health',
    liteLlm:
      '`litellm_deployment_state` is 0 after a success, 1 after a failure and 2 during a cooldown.',
    ours: 'The same; 2 also after three failures in a row, or one failed check.',
    why: 'A lone deployment never cools down, and its outage would not be seen.',
    prove: () => {
      const { fleet, target } = watch(parse('{}'));
      assert.equal(fleet.stateOf(target), 'healthy');
      fleet.recordFailure(target, failure());
      assert.equal(fleet.stateOf(target), 'partial-outage');
      fleet.recordFailure(target, failure({ kind: 'provider_rate_limit', status: 429 }));
      assert.equal(fleet.stateOf(target), 'outage');
    },
  },
  {
    id: 'limits.in-flight',
    section: 'limits',
    liteLlm:
      '`max_in_flight_requests_per_worker` and `global_max_parallel_requests` bound the requests of one process.',
    ours: 'They bound a limit that also falls by itself while the event loop lags. Beyond it: 503 `gateway_overloaded` with `Retry-After`, the least important first (`x-litellm-priority`, `priority`), before the body is read.',
    why: 'A number that somebody guessed is too high on the day of the peak, or too low on all others.',
    prove: () => {
      const { mostInFlight } = parse('{max_in_flight_requests_per_worker: 2}').general;
      const admission = new Admission({
        clock: new ManualClock(),
        lag: { readMs: () => 0, stop: () => undefined },
        mostInFlight,
      });
      admission.begin(0);
      assert.throws(() => admission.begin(10), { code: 'gateway_overloaded', status: 503 });
      admission.begin(0);
      assert.throws(() => admission.begin(0), { code: 'gateway_overloaded', status: 503 });
    },
  },
];
