import { GATEWAY_METRICS } from '../../lib/gateway-contract';
import { GATEWAY_ERRORS } from '../errors';
import type { GatewayErrorCode } from '../errors';
import type { Usage } from '../providers/usage';
import { Histogram, renderSample } from './histogram';

export const PROXY_REQUESTS = 'litellm_proxy_total_requests_metric_total';
export const PROXY_FAILURES = 'litellm_proxy_failed_requests_metric_total';
export const INPUT_TOKENS = 'litellm_input_tokens_metric_total';
export const OUTPUT_TOKENS = 'litellm_output_tokens_metric_total';

/** LiteLLM's, by model: what providers bill, in US dollars. */
export const SPEND = 'litellm_spend_metric_total';
/** Counter by model: US dollars of that which are a guess, because usage or price is one. */
export const ESTIMATED_SPEND = 'litellm_ha_estimated_spend_total';
/** Counter by model: attempts at a model whose price nobody knows. */
export const UNPRICED_ATTEMPTS = 'litellm_ha_unpriced_attempts_total';

/** How a finished request is counted. */
export type RequestStatus = 'success' | GatewayErrorCode;

/**
 * Never counted by status. Whoever holds no key must not be able to raise the error rate that people are woken up for; the
 * others are given before a request reaches a handler that counts, or by one that does not.
 */
const UNCOUNTED: ReadonlySet<RequestStatus> = new Set<GatewayErrorCode>([
  'authentication_failed',
  'route_not_found',
  'unknown_model_id',
  'method_not_allowed',
  'request_timeout',
  'headers_too_large',
]);

/** All of them from the start: `rate()` does not see the first burst of a series that begins with it. */
const COUNTED: readonly RequestStatus[] = [
  'success',
  ...(Object.keys(GATEWAY_ERRORS) as GatewayErrorCode[]).filter((code) => !UNCOUNTED.has(code)),
];

const MICRO_DOLLARS = 1_000_000;

interface ModelCounters {
  readonly byHttpStatus: Map<number, number>;
  readonly failuresByHttpStatus: Map<number, number>;
  readonly latency: Histogram;
  inputTokens: number;
  outputTokens: number;
  /** Whole, so that sums are exact. */
  spentMicroDollars: number;
  estimatedMicroDollars: number;
  unpricedAttempts: number;
}

/** What a finished request cost. */
export interface RequestCost {
  /** Unit: millionths of a US dollar. */
  readonly microDollars: number;
  readonly estimated: 'none' | 'usage' | 'price' | 'both';
  readonly unpriced: number;
}

/** Counts requests by model. The models are known from the start, and any other name is counted as `other`. */
export class RequestMetrics {
  inFlight = 0;
  private readonly byStatus = new Map<RequestStatus, number>(COUNTED.map((status) => [status, 0]));
  private readonly models = new Map<string, ModelCounters>();
  private readonly other = createModelCounters('other');

  constructor(knownModels: Iterable<string>) {
    for (const model of knownModels) this.models.set(model, createModelCounters(model));
  }

  recordRequest(model: string, status: RequestStatus, httpStatus: number): void {
    const counted = this.byStatus.get(status);
    if (counted !== undefined) this.byStatus.set(status, counted + 1);
    const counters = this.counters(model);
    increment(counters.byHttpStatus, httpStatus);
    if (status !== 'success') increment(counters.failuresByHttpStatus, httpStatus);
  }

  recordLatency(model: string, seconds: number): void {
    this.counters(model).latency.observe(seconds);
  }

  recordUsage(model: string, usage: Usage): void {
    const counters = this.counters(model);
    counters.inputTokens += usage.promptTokens;
    counters.outputTokens += usage.completionTokens;
  }

  recordCost(model: string, { microDollars, estimated, unpriced }: RequestCost): void {
    const counters = this.counters(model);
    counters.spentMicroDollars += microDollars;
    if (estimated !== 'none') counters.estimatedMicroDollars += microDollars;
    counters.unpricedAttempts += unpriced;
  }

  renderSpend(name: string, field: 'spentMicroDollars' | 'estimatedMicroDollars'): string {
    return this.renderCounts(name, (counters) => counters[field] / MICRO_DOLLARS);
  }

  renderUnpriced(): string {
    return this.renderCounts(UNPRICED_ATTEMPTS, ({ unpricedAttempts }) => unpricedAttempts);
  }

  renderRequests(): string {
    return [...this.byStatus]
      .map(([status, count]) => renderSample(GATEWAY_METRICS.requests, { status }, count))
      .join('');
  }

  renderProxyRequests(): string {
    return this.renderByHttpStatus(PROXY_REQUESTS, 'byHttpStatus', 'status_code');
  }

  renderProxyFailures(): string {
    return this.renderByHttpStatus(PROXY_FAILURES, 'failuresByHttpStatus', 'exception_status');
  }

  renderLatencies(): string {
    return this.all()
      .map(([, counters]) => counters.latency.renderSamples())
      .join('');
  }

  renderTokens(name: string, field: 'inputTokens' | 'outputTokens'): string {
    return this.renderCounts(name, (counters) => counters[field]);
  }

  private renderCounts(name: string, select: (counters: ModelCounters) => number): string {
    return this.all()
      .filter(([, counters]) => select(counters) > 0)
      .map(([model, counters]) => renderSample(name, { requested_model: model }, select(counters)))
      .join('');
  }

  private renderByHttpStatus(
    name: string,
    field: 'byHttpStatus' | 'failuresByHttpStatus',
    label: string,
  ): string {
    return this.all()
      .flatMap(([model, counters]) =>
        [...counters[field]].map(([status, count]) =>
          renderSample(name, { requested_model: model, [label]: String(status) }, count),
        ),
      )
      .join('');
  }

  private counters(model: string): ModelCounters {
    return this.models.get(model) ?? this.other;
  }

  private all(): readonly (readonly [string, ModelCounters])[] {
    return [...this.models, ['other', this.other]];
  }
}

function createModelCounters(model: string): ModelCounters {
  return {
    byHttpStatus: new Map(),
    failuresByHttpStatus: new Map(),
    latency: new Histogram(GATEWAY_METRICS.requestLatency, { requested_model: model }),
    inputTokens: 0,
    outputTokens: 0,
    spentMicroDollars: 0,
    estimatedMicroDollars: 0,
    unpricedAttempts: 0,
  };
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
