import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { GATEWAY_METRICS } from '../../lib/gateway-contract';
import { BREAKER_STATES } from '../routing/breaker';
import type { BreakerState } from '../routing/breaker';
import { describeExceptionClass } from '../routing/failure';
import type { Failure } from '../routing/failure';
import type { Health } from '../routing/health';
import { Histogram, renderSample } from './histogram';

export const DEPLOYMENT_SUCCESSES = 'litellm_deployment_success_responses_total';
export const DEPLOYMENT_FAILURES = 'litellm_deployment_failure_responses_total';

/** Gauge by `state`: 1 for what the circuit breaker does now. */
export const DEPLOYMENT_BREAKER = 'litellm_ha_deployment_breaker';
/** Counter: requests to a deployment during its cooldown, because all of its group was cooling down. */
export const FORCED_ATTEMPTS = 'litellm_ha_forced_attempts_total';
/** Counter: requests to a deployment while more than half of its group was cooling down. */
export const PANIC_ATTEMPTS = 'litellm_ha_panic_attempts_total';

/** The counters of one deployment, in one object that the request holds: no key is built on the way. */
export class DeploymentMetrics {
  readonly labels: Readonly<Record<string, string>>;
  readonly timeToFirstToken: Histogram;
  private successes = 0;
  private truncated = 0;
  private forced = 0;
  private panics = 0;
  private readonly failures = new Map<string, { readonly failure: Failure; count: number }>();
  private readonly cooldowns = new Map<number, number>();

  constructor(deployment: DeploymentConfig, apiBase: string) {
    this.labels = {
      requested_model: deployment.modelName,
      litellm_model_name: deployment.litellmModel,
      model_id: deployment.id,
      api_base: apiBase,
      api_provider: deployment.provider,
    };
    this.timeToFirstToken = new Histogram(GATEWAY_METRICS.timeToFirstToken, {
      model: deployment.litellmModel,
      model_id: deployment.id,
    });
  }

  recordSuccess(): void {
    this.successes += 1;
  }

  recordFailure(failure: Failure): void {
    if (failure.kind === 'provider_stream_cut') this.truncated += 1;
    const key = `${failure.kind} ${failure.status}`;
    const counter = this.failures.get(key);
    if (counter === undefined) this.failures.set(key, { failure, count: 1 });
    else counter.count += 1;
  }

  recordCooldown(failure: Failure): void {
    this.cooldowns.set(failure.status, (this.cooldowns.get(failure.status) ?? 0) + 1);
  }

  /** It was cooling down, but so was all of its group: better a try than a certain refusal. */
  recordForced(): void {
    this.forced += 1;
  }

  /** More than half of its group was cooling down. */
  recordPanic(): void {
    this.panics += 1;
  }

  renderForced(): string {
    return renderSample(FORCED_ATTEMPTS, this.labels, this.forced);
  }

  renderPanics(): string {
    return renderSample(PANIC_ATTEMPTS, this.labels, this.panics);
  }

  /** One sample for each state, so that a dashboard can add them up. */
  renderBreaker(state: BreakerState): string {
    return BREAKER_STATES.map((name) =>
      renderSample(DEPLOYMENT_BREAKER, { ...this.labels, state: name }, name === state ? 1 : 0),
    ).join('');
  }

  renderMisconfigured(credentials: Health['credentials']): string {
    return renderSample(
      GATEWAY_METRICS.deploymentMisconfigured,
      this.labels,
      credentials === 'refused' ? 1 : 0,
    );
  }

  renderTruncated(): string {
    return renderSample(GATEWAY_METRICS.truncatedStreams, this.labels, this.truncated);
  }

  renderSuccesses(): string {
    return renderSample(DEPLOYMENT_SUCCESSES, this.labels, this.successes);
  }

  renderFailures(): string {
    return [...this.failures.values()]
      .map(({ failure, count }) =>
        renderSample(
          DEPLOYMENT_FAILURES,
          {
            ...this.labels,
            exception_status: String(failure.status),
            exception_class: describeExceptionClass(failure.kind),
          },
          count,
        ),
      )
      .join('');
  }

  renderCooldowns(): string {
    return [...this.cooldowns]
      .map(([status, count]) =>
        renderSample(
          GATEWAY_METRICS.deploymentCooledDown,
          { ...this.labels, exception_status: String(status) },
          count,
        ),
      )
      .join('');
  }
}
