import { GATEWAY_ERRORS } from '../../../runtime/errors';
import type { GatewayErrorCode } from '../../../runtime/errors';
import { ESTIMATED_SPEND, RequestMetrics, SPEND } from '../../../runtime/telemetry/request-metrics';

/** Errors that `POST /v1/chat/completions` never counts. */
const UNCOUNTED: readonly GatewayErrorCode[] = [
  'authentication_failed',
  'route_not_found',
  'unknown_model_id',
  'method_not_allowed',
  'request_timeout',
  'headers_too_large',
];

describe('RequestMetrics', () => {
  it('starts success and every error that can occur at 0, so that rate() sees the first burst', () => {
    const lines = new RequestMetrics(['m']).renderRequests().trimEnd().split('\n');
    const codes = Object.keys(GATEWAY_ERRORS) as GatewayErrorCode[];
    expect(lines).toEqual(
      ['success', ...codes.filter((code) => !UNCOUNTED.includes(code))].map(
        (status) => `litellm_requests_total{status="${status}"} 0`,
      ),
    );
  });

  it('counts each request under its status', () => {
    const metrics = new RequestMetrics(['m']);
    metrics.recordRequest('m', 'success', 200);
    metrics.recordRequest('m', 'provider_stream_cut', 200);
    metrics.recordRequest('m', 'provider_stream_cut', 200);
    const lines = metrics.renderRequests().split('\n');
    expect(lines).toContain('litellm_requests_total{status="success"} 1');
    expect(lines).toContain('litellm_requests_total{status="provider_stream_cut"} 2');
    expect(lines).toContain('litellm_requests_total{status="provider_internal"} 0');
  });

  it('adds up what calls cost, to the millionth, and what of it is a guess', () => {
    const metrics = new RequestMetrics(['m']);
    expect(metrics.renderSpend(SPEND, 'spentMicroDollars')).toBe('');
    const cost = { microDollars: 100_000, estimated: 'none', unpriced: 0 } as const;
    for (let call = 0; call < 3; call += 1) metrics.recordCost('m', cost);
    metrics.recordCost('m', { microDollars: 7, estimated: 'price', unpriced: 1 });
    metrics.recordCost('unheard-of', { microDollars: 0, estimated: 'none', unpriced: 2 });
    expect(metrics.renderSpend(SPEND, 'spentMicroDollars')).toBe(
      'litellm_spend_metric_total{requested_model="m"} 0.300007\n',
    );
    expect(metrics.renderSpend(ESTIMATED_SPEND, 'estimatedMicroDollars')).toBe(
      'litellm_ha_estimated_spend_total{requested_model="m"} 0.000007\n',
    );
    expect(metrics.renderUnpriced()).toBe(
      'litellm_ha_unpriced_attempts_total{requested_model="m"} 1\n' +
        'litellm_ha_unpriced_attempts_total{requested_model="other"} 2\n',
    );
  });

  it('keeps those without a key out of the error rate, and in the count by HTTP status', () => {
    const metrics = new RequestMetrics(['m']);
    metrics.recordRequest('other', 'authentication_failed', 401);
    expect(metrics.renderRequests()).not.toMatch(/authentication_failed| [1-9]/);
    expect(metrics.renderProxyFailures()).toBe(
      'litellm_proxy_failed_requests_metric_total{requested_model="other",exception_status="401"} 1\n',
    );
  });
});
