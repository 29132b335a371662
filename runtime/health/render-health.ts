import type { HealthChecksConfig } from '../../lib/config/gateway-config';
import type { Target } from '../dispatch/fleet';
import type { SkippedDeployment } from '../providers/prepare-deployments';
import type { HealthReport } from '../state/health-result-store';

export interface RenderHealthContext {
  readonly targets: readonly Pick<Target, 'config' | 'provider'>[];
  readonly skipped: readonly Pick<SkippedDeployment, 'config' | 'reason'>[];
  readonly details: HealthChecksConfig['details'];
}

type Endpoint = Readonly<Record<string, string>>;

/** The body of LiteLLM's `/health`. A deployment that was not checked is left out: nothing is known of it. */
export function renderHealth(
  { results }: HealthReport,
  { targets, skipped, details }: RenderHealthContext,
): Readonly<Record<string, unknown>> {
  const failures = new Map(results.map(({ modelId, failure }) => [modelId, failure]));
  const healthy: Endpoint[] = [];
  const unhealthy: Endpoint[] = skipped.map(({ config, reason }): Endpoint =>
    details === 'names'
      ? { model: config.litellmModel }
      : { model: config.litellmModel, model_id: config.id, error: reason },
  );
  for (const { config, provider } of targets) {
    const failure = failures.get(config.id);
    if (failure === undefined) continue;
    const endpoint: Endpoint =
      details === 'names'
        ? { model: config.litellmModel }
        : { model: config.litellmModel, model_id: config.id, api_base: provider.apiBase };
    if (failure === null) healthy.push(endpoint);
    else if (details === 'names') unhealthy.push(endpoint);
    else unhealthy.push({ ...endpoint, error: failure.message });
  }
  return {
    healthy_endpoints: healthy,
    unhealthy_endpoints: unhealthy,
    healthy_count: healthy.length,
    unhealthy_count: unhealthy.length,
  };
}
