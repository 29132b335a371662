import { GATEWAY_METRICS } from '../../lib/gateway-contract';
import type { Fleet } from '../dispatch/fleet';
import { DEPLOYMENT_FAILURES, DEPLOYMENT_SUCCESSES } from './deployment-metrics';
import { renderSample } from './histogram';
import { INPUT_TOKENS, OUTPUT_TOKENS, PROXY_FAILURES, PROXY_REQUESTS } from './request-metrics';
import type { RequestMetrics } from './request-metrics';

export interface MetricsSources {
  readonly requests: RequestMetrics;
  readonly fleet: Fleet;
  /** Null: no database is configured, or it was not asked yet. */
  readonly databaseConnected: 'connected' | 'disconnected' | null;
}

const STATE_NUMBERS = { healthy: 0, 'partial-outage': 1, outage: 2 } as const;

/** Everything `/metrics` says, in Prometheus' text format. Costs nothing until somebody scrapes. */
export function renderMetrics({ requests, fleet, databaseConnected }: MetricsSources): string {
  const targets = [...fleet.targets.values()];
  const healthy = targets.filter((target) => fleet.stateOf(target) !== 'outage').length;
  const unhealthy = targets.length - healthy + fleet.unspoken.length;
  const perTarget = (render: (target: (typeof targets)[number]) => string): string =>
    targets.map(render).join('');
  return [
    renderFamily(GATEWAY_METRICS.requests, 'counter', requests.renderRequests()),
    renderFamily(PROXY_REQUESTS, 'counter', requests.renderProxyRequests()),
    renderFamily(PROXY_FAILURES, 'counter', requests.renderProxyFailures()),
    renderFamily(INPUT_TOKENS, 'counter', requests.renderTokens(INPUT_TOKENS, 'inputTokens')),
    renderFamily(OUTPUT_TOKENS, 'counter', requests.renderTokens(OUTPUT_TOKENS, 'outputTokens')),
    renderFamily(GATEWAY_METRICS.requestLatency, 'histogram', requests.renderLatencies()),
    renderFamily(
      GATEWAY_METRICS.timeToFirstToken,
      'histogram',
      perTarget(({ metrics }) => metrics.timeToFirstToken.renderSamples()),
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
      DEPLOYMENT_SUCCESSES,
      'counter',
      perTarget(({ metrics }) => metrics.renderSuccesses()),
    ),
    renderFamily(
      DEPLOYMENT_FAILURES,
      'counter',
      perTarget(({ metrics }) => metrics.renderFailures()),
    ),
    databaseConnected === null
      ? ''
      : renderFamily(
          GATEWAY_METRICS.databaseConnected,
          'gauge',
          renderSample(
            GATEWAY_METRICS.databaseConnected,
            {},
            databaseConnected === 'connected' ? 1 : 0,
          ),
        ),
  ].join('');
}

function renderFamily(
  name: string,
  type: 'counter' | 'gauge' | 'histogram',
  samples: string,
): string {
  return samples === '' ? '' : `# TYPE ${name} ${type}\n${samples}`;
}
