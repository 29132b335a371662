import { GATEWAY_METRICS } from '../gateway-contract';
import { renderSelector, type AlertScope } from './alert-scope';
import { renderQuantile } from './latency-alerts';
import { renderErrorRatio } from './request-errors';

interface Panel {
  readonly title: string;
  /** Unit by Grafana's name, such as `reqps`. */
  readonly unit: string;
  readonly queries: readonly Query[];
}

interface Query {
  readonly expr: string;
  readonly legend: string;
}

const PANEL = { width: 12, height: 8, perRow: 2 } as const;
const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** A Grafana dashboard of the gateway, as the JSON that Grafana imports; `uid` names it in Grafana's addresses. */
export function renderDashboard(scope: AlertScope, uid: string): string {
  const dashboard = {
    uid,
    title: `LLM gateway ${uid}`,
    tags: ['litellm-ha'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' }],
    },
    panels: planPanels(scope).map((panel, index) => ({
      id: index + 1,
      type: 'timeseries',
      title: panel.title,
      datasource: DATA_SOURCE,
      gridPos: {
        x: (index % PANEL.perRow) * PANEL.width,
        y: Math.floor(index / PANEL.perRow) * PANEL.height,
        w: PANEL.width,
        h: PANEL.height,
      },
      fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
      options: { legend: { displayMode: 'list', placement: 'bottom', showLegend: true } },
      targets: panel.queries.map(({ expr, legend }, query) => ({
        refId: String.fromCharCode('A'.charCodeAt(0) + query),
        datasource: DATA_SOURCE,
        expr,
        legendFormat: legend,
      })),
    })),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function planPanels(scope: AlertScope): readonly Panel[] {
  const select = (name: string, ...matchers: string[]): string =>
    renderSelector(name, scope.gateway, ...matchers);
  const sumBy = (label: string, name: string): string => `sum by (${label}) (${select(name)})`;
  const quantiles = (name: string, wanted: readonly number[]): readonly Query[] =>
    wanted.map((quantile) => ({
      expr: renderQuantile(scope, name, quantile),
      legend: `p${quantile * 100}`,
    }));
  const { databaseConnected, deploymentCooledDown, inFlight, modelHealth } = GATEWAY_METRICS;
  return [
    {
      title: 'Requests by status',
      unit: 'reqps',
      queries: [
        {
          expr: `sum by (status) (rate(${select(GATEWAY_METRICS.requests)}[5m]))`,
          legend: '{{status}}',
        },
      ],
    },
    {
      title: "Failed requests, without callers' faults",
      unit: 'percentunit',
      queries: [{ expr: renderErrorRatio(scope, '5m'), legend: 'failed' }],
    },
    {
      title: 'Latency of whole answers',
      unit: 's',
      queries: quantiles(GATEWAY_METRICS.requestLatency, [0.5, 0.95, 0.99]),
    },
    {
      title: 'Time to first token',
      unit: 's',
      queries: quantiles(GATEWAY_METRICS.timeToFirstToken, [0.5, 0.95]),
    },
    {
      title: 'Requests in flight, and the limit',
      unit: 'short',
      queries: [
        { expr: `sum(${select(inFlight)})`, legend: 'in flight' },
        { expr: `sum(${select(GATEWAY_METRICS.concurrencyLimit)})`, legend: 'limit' },
      ],
    },
    {
      title: 'Event loop lag',
      unit: 's',
      queries: [{ expr: select(GATEWAY_METRICS.eventLoopLag), legend: '{{instance}}' }],
    },
    {
      title: 'Deployments by health, over all replicas',
      unit: 'short',
      queries: [{ expr: sumBy('status', modelHealth), legend: '{{status}}' }],
    },
    {
      title: 'Cooldowns by deployment',
      unit: 'short',
      queries: [
        {
          expr: `sum by (model_id) (increase(${select(deploymentCooledDown)}[5m]))`,
          legend: '{{model_id}}',
        },
      ],
    },
    {
      title: 'Replicas that answer',
      unit: 'short',
      queries: [{ expr: `count(${select('up')} == 1)`, legend: 'replicas' }],
    },
    ...(scope.database === 'none'
      ? []
      : [
          {
            title: 'Database reached (1) or not (0)',
            unit: 'short',
            queries: [{ expr: select(databaseConnected), legend: '{{instance}}' }],
          },
        ]),
  ];
}
