import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { GATEWAY_METRICS } from '../../lib/gateway-contract';
import { describeExceptionClass } from '../routing/failure';
import type { Failure } from '../routing/failure';
import { Histogram, renderSample } from './histogram';

export const DEPLOYMENT_SUCCESSES = 'litellm_deployment_success_responses_total';
export const DEPLOYMENT_FAILURES = 'litellm_deployment_failure_responses_total';

/** The counters of one deployment, in one object that the request holds: no key is built on the way. */
export class DeploymentMetrics {
  readonly labels: Readonly<Record<string, string>>;
  readonly timeToFirstToken: Histogram;
  private successes = 0;
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
    const key = `${failure.kind} ${failure.status}`;
    const counter = this.failures.get(key);
    if (counter === undefined) this.failures.set(key, { failure, count: 1 });
    else counter.count += 1;
  }

  recordCooldown(failure: Failure): void {
    this.cooldowns.set(failure.status, (this.cooldowns.get(failure.status) ?? 0) + 1);
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
