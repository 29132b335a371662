import { GATEWAY_METRICS } from '../gateway-contract';
import type { Alert } from './alert';
import { renderSelector, type AlertScope } from './alert-scope';
import { renderErrorRatio } from './request-errors';

interface BurnRate {
  readonly factor: number;
  readonly longWindow: string;
  readonly shortWindow: string;
}

/**
 * The long window says that it matters, the short one that it still goes on.
 *
 * @see https://sre.google/workbook/alerting-on-slos/ table 5-8
 */
const FAST: BurnRate = { factor: 14.4, longWindow: '1h', shortWindow: '5m' };
const SLOW: BurnRate = { factor: 6, longWindow: '6h', shortWindow: '30m' };

/** Whether requests are answered. */
export function planErrorAlerts(scope: AlertScope): readonly Alert[] {
  const { errorPercent, availabilityPercent } = scope.objectives;
  const rate = (name: string): string => `sum(rate(${renderSelector(name, scope.gateway)}[5m]))`;
  return [
    {
      name: 'HighErrorRate',
      group: 'errors',
      severity: 'critical',
      expr: `${renderErrorRatio(scope, '5m')} > ${renderShare(errorPercent)}`,
      forSeconds: 300,
      summary: `Error rate above ${errorPercent}%: {{ $value | humanizePercentage }}`,
      description:
        'Requests fail after all retries and fallbacks, through no fault of the callers.',
      runbook: 'high-error-rate',
    },
    {
      name: 'ErrorBudgetBurnsFast',
      group: 'errors',
      severity: 'critical',
      expr: renderBurn(scope, FAST),
      forSeconds: 120,
      summary: `At this rate the month's error budget of ${availabilityPercent}% is gone in two days`,
      description: 'Two percent of the error budget of 30 days went in the last hour.',
      runbook: 'error-budget-burns',
    },
    {
      name: 'ErrorBudgetBurnsSlowly',
      group: 'errors',
      severity: 'critical',
      expr: renderBurn(scope, SLOW),
      forSeconds: 900,
      summary: `At this rate the month's error budget of ${availabilityPercent}% is gone in five days`,
      description: 'Five percent of the error budget of 30 days went in the last six hours.',
      runbook: 'error-budget-burns',
    },
    {
      name: 'StreamsTruncated',
      group: 'errors',
      severity: 'warning',
      expr: `${rate(GATEWAY_METRICS.truncatedStreams)} / ${rate(GATEWAY_METRICS.requests)} > ${renderShare(errorPercent)}`,
      forSeconds: 300,
      summary: 'Streams break off in the middle: {{ $value | humanizePercentage }} of all requests',
      description:
        'Providers cut answers that clients had begun to read. These cannot be retried, and carry status 200.',
      runbook: 'streams-truncated',
    },
  ];
}

function renderBurn(scope: AlertScope, { factor, longWindow, shortWindow }: BurnRate): string {
  const bound = `${factor} * ${renderShare(100 - scope.objectives.availabilityPercent)}`;
  return [longWindow, shortWindow]
    .map((window) => `${renderErrorRatio(scope, window)} > ${bound}`)
    .join(' and ');
}

/** `0.1` percent is `0.001`, not the `0.0009999999999999432` that subtracting leaves. */
function renderShare(percent: number): string {
  return String(Number((percent / 100).toPrecision(6)));
}
