import { GATEWAY_METRICS } from '../../lib/gateway-contract';
import type { Admission } from '../admission/admission';
import type { Fleet } from '../dispatch/fleet';
import {
  DEPLOYMENT_BREAKER,
  DEPLOYMENT_FAILURES,
  DEPLOYMENT_SUCCESSES,
  FORCED_ATTEMPTS,
  PANIC_ATTEMPTS,
} from '../telemetry/deployment-metrics';
import { renderSample } from '../telemetry/histogram';
import type { LimitMetrics } from '../limits/limit-metrics';
import { LIMIT_REFUSALS, SOFT_BUDGETS_CROSSED } from '../limits/limit-metrics';
import { renderFamily } from '../telemetry/render-family';
import { renderStateMetrics } from '../telemetry/render-state-metrics';
import type { StateStatus } from '../telemetry/render-state-metrics';
import {
  ESTIMATED_SPEND,
  INPUT_TOKENS,
  OUTPUT_TOKENS,
  PROXY_FAILURES,
  PROXY_REQUESTS,
  SPEND,
  UNPRICED_ATTEMPTS,
} from '../telemetry/request-metrics';
import type { RequestMetrics } from '../telemetry/request-metrics';
import { EXTRA_ATTEMPTS, EXTRA_ATTEMPTS_REFUSED } from '../telemetry/retry-metrics';
import type { RetryMetrics } from '../telemetry/retry-metrics';

export interface MetricsSources {
  readonly requests: RequestMetrics;
  readonly fleet: Fleet;
  readonly admission: Pick<Admission, 'limit' | 'lagMs' | 'shedCounts'>;
  readonly retries: RetryMetrics;
  readonly limits: Pick<LimitMetrics, 'renderRefusals' | 'renderCrossed'>;
  readonly state: StateStatus;
  /** Protections that the configuration accepts to go without. */
  readonly acceptedWithout: readonly string[];
  /** Since the start. */
  readonly uncaughtErrors: number;
}

const STATE_NUMBERS = { healthy: 0, 'partial-outage': 1, outage: 2 } as const;

/** LiteLLM's. */
const PROVIDER_BUDGET_LEFT = 'litellm_provider_remaining_budget_metric';

/** Everything `/metrics` says, in Prometheus' text format. Costs nothing until somebody scrapes. */
export function renderMetrics({
  requests,
  fleet,
  admission,
  retries,
  limits,
  state,
  acceptedWithout,
  uncaughtErrors,
}: MetricsSources): string {
  const targets = [...fleet.targets.values()];
  const healthy = targets.filter((target) => fleet.verdictOf(target) === 'healthy').length;
  const unhealthy = targets.length - healthy + fleet.skipped.length;
  const perTarget = (render: (target: (typeof targets)[number]) => string): string =>
    targets.map(render).join('');
  return [
    renderFamily(GATEWAY_METRICS.requests, 'counter', requests.renderRequests()),
    renderFamily(PROXY_REQUESTS, 'counter', requests.renderProxyRequests()),
    renderFamily(PROXY_FAILURES, 'counter', requests.renderProxyFailures()),
    renderFamily(INPUT_TOKENS, 'counter', requests.renderTokens(INPUT_TOKENS, 'inputTokens')),
    renderFamily(OUTPUT_TOKENS, 'counter', requests.renderTokens(OUTPUT_TOKENS, 'outputTokens')),
    renderFamily(SPEND, 'counter', requests.renderSpend(SPEND, 'spentMicroDollars')),
    renderFamily(
      ESTIMATED_SPEND,
      'counter',
      requests.renderSpend(ESTIMATED_SPEND, 'estimatedMicroDollars'),
    ),
    renderFamily(UNPRICED_ATTEMPTS, 'counter', requests.renderUnpriced()),
    renderFamily(GATEWAY_METRICS.requestLatency, 'histogram', requests.renderLatencies()),
    renderFamily(
      GATEWAY_METRICS.timeToFirstToken,
      'histogram',
      perTarget(({ metrics }) => metrics.timeToFirstToken.renderSamples()),
    ),
    renderFamily(
      GATEWAY_METRICS.settingsAcceptedWithout,
      'gauge',
      acceptedWithout
        .map((setting) => renderSample(GATEWAY_METRICS.settingsAcceptedWithout, { setting }, 1))
        .join(''),
    ),
    renderFamily(
      GATEWAY_METRICS.inFlight,
      'gauge',
      renderSample(GATEWAY_METRICS.inFlight, {}, requests.inFlight),
    ),
    renderFamily(
      GATEWAY_METRICS.modelHealth,
      'gauge',
      renderSample(GATEWAY_METRICS.modelHealth, { status: 'healthy' }, healthy) +
        renderSample(GATEWAY_METRICS.modelHealth, { status: 'unhealthy' }, unhealthy),
    ),
    renderFamily(
      GATEWAY_METRICS.deploymentState,
      'gauge',
      perTarget((target) =>
        renderSample(
          GATEWAY_METRICS.deploymentState,
          target.metrics.labels,
          STATE_NUMBERS[fleet.stateOf(target)],
        ),
      ),
    ),
    renderFamily(
      GATEWAY_METRICS.deploymentCooledDown,
      'counter',
      perTarget(({ metrics }) => metrics.renderCooldowns()),
    ),
    renderFamily(
      DEPLOYMENT_BREAKER,
      'gauge',
      perTarget((target) => target.metrics.renderBreaker(fleet.breakerOf(target))),
    ),
    renderFamily(
      GATEWAY_METRICS.deploymentMisconfigured,
      'gauge',
      perTarget((target) => target.metrics.renderMisconfigured(fleet.credentialsOf(target))),
    ),
    renderFamily(
      FORCED_ATTEMPTS,
      'counter',
      perTarget(({ metrics }) => metrics.renderForced()),
    ),
    renderFamily(
      PANIC_ATTEMPTS,
      'counter',
      perTarget(({ metrics }) => metrics.renderPanics()),
    ),
    renderFamily(
      GATEWAY_METRICS.concurrencyLimit,
      'gauge',
      renderSample(GATEWAY_METRICS.concurrencyLimit, {}, admission.limit),
    ),
    renderFamily(
      GATEWAY_METRICS.eventLoopLag,
      'gauge',
      renderSample(GATEWAY_METRICS.eventLoopLag, {}, admission.lagMs / 1000),
    ),
    renderFamily(
      GATEWAY_METRICS.shedRequests,
      'counter',
      [...admission.shedCounts]
        .map(([priority, count]) => renderSample(GATEWAY_METRICS.shedRequests, { priority }, count))
        .join(''),
    ),
    renderFamily(
      DEPLOYMENT_SUCCESSES,
      'counter',
      perTarget(({ metrics }) => metrics.renderSuccesses()),
    ),
    renderFamily(
      DEPLOYMENT_FAILURES,
      'counter',
      perTarget(({ metrics }) => metrics.renderFailures()),
    ),
    renderFamily(
      GATEWAY_METRICS.truncatedStreams,
      'counter',
      perTarget(({ metrics }) => metrics.renderTruncated()),
    ),
    renderFamily(
      PROVIDER_BUDGET_LEFT,
      'gauge',
      fleet.ledger
        .remainingByProvider()
        .map(([provider, dollars]) =>
          renderSample(PROVIDER_BUDGET_LEFT, { api_provider: provider }, dollars),
        )
        .join(''),
    ),
    renderFamily(EXTRA_ATTEMPTS, 'counter', retries.renderMade()),
    renderFamily(EXTRA_ATTEMPTS_REFUSED, 'counter', retries.renderRefused()),
    renderFamily(LIMIT_REFUSALS, 'counter', limits.renderRefusals()),
    renderFamily(SOFT_BUDGETS_CROSSED, 'counter', limits.renderCrossed()),
    renderFamily(
      GATEWAY_METRICS.uncaughtErrors,
      'counter',
      renderSample(GATEWAY_METRICS.uncaughtErrors, {}, uncaughtErrors),
    ),
    renderStateMetrics(state),
  ].join('');
}
