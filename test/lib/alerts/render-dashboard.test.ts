import { renderDashboard } from '../../../lib/alerts';
import { anAlertScope } from './alert-scopes';

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number };
    readonly targets: readonly { readonly refId: string; readonly expr: string }[];
  }[];
}

const render = (overrides = {}): Dashboard =>
  JSON.parse(renderDashboard(anAlertScope(overrides), 'litellm')) as Dashboard;

describe('renderDashboard', () => {
  it('shows what the alerts watch', () => {
    expect(render().panels.map(({ title }) => title)).toEqual([
      'Requests by status',
      "Failed requests, without callers' faults",
      'Latency of whole answers',
      'Time to first token',
      'Requests in flight, and the limit',
      'Event loop lag',
      'Deployments by health, over all replicas',
      'Cooldowns by deployment',
      'Replicas that answer',
      'Database reached (1) or not (0)',
    ]);
  });

  it('lays no two panels or queries over each other', () => {
    const { panels } = render();
    const places = panels.map(({ gridPos }) => `${gridPos.x} ${gridPos.y}`);

    expect(new Set(places).size).toBe(panels.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { targets } of panels) {
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    }
  });

  it('names the percentiles of latency', () => {
    const [latency] = render().panels.filter(({ title }) => title === 'Latency of whole answers');

    expect(latency).toMatchObject({
      targets: [{ legendFormat: 'p50' }, { legendFormat: 'p95' }, { legendFormat: 'p99' }],
    });
  });

  it('leaves out the database where none is configured', () => {
    expect(JSON.stringify(render({ database: 'none' }))).not.toContain('database');
  });
});
