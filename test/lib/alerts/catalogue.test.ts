import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricsOf, planAlerts } from '../../../lib/alerts';
import { completion, providerError, startFakeProvider } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { PROJECT_ROOT } from '../../support/project-files';
import { HELLO, SOUND_STATUS, startTestGateway } from '../../support/test-gateway';
import { anAlertScope } from './alert-scopes';

/** What others tell Prometheus, and where they say so. */
const FOREIGN_METRICS: Readonly<Record<string, string>> = {
  up: 'https://prometheus.io/docs/concepts/jobs_instances/',
  kube_deployment_status_replicas_ready:
    'https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/deployment-metrics.md',
  kube_horizontalpodautoscaler_status_current_replicas:
    'https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/horizontalpodautoscaler-metrics.md',
  patroni_primary: 'https://patroni.readthedocs.io/en/latest/rest_api.html',
  patroni_replica: 'https://patroni.readthedocs.io/en/latest/rest_api.html',
  patroni_sync_standby: 'https://patroni.readthedocs.io/en/latest/rest_api.html',
  patroni_xlog_location: 'https://patroni.readthedocs.io/en/latest/rest_api.html',
  patroni_xlog_replayed_location: 'https://patroni.readthedocs.io/en/latest/rest_api.html',
  cnpg_pg_replication_lag: 'https://cloudnative-pg.io/documentation/current/monitoring/',
  cnpg_pg_replication_in_recovery: 'https://cloudnative-pg.io/documentation/current/monitoring/',
  cnpg_pg_replication_is_wal_receiver_up:
    'https://cloudnative-pg.io/documentation/current/monitoring/',
};

const ALERTS = planAlerts(anAlertScope());
const RUNBOOKS = join(PROJECT_ROOT, 'docs/runbooks');

const read = (name: string): string => readFileSync(join(RUNBOOKS, `${name}.md`), 'utf8');

describe('planAlerts', () => {
  it.each([
    ['InstanceDown', 120],
    ['HighErrorRate', 300],
    ['DatabaseConnectionFailed', 60],
    ['AllProvidersDown', 120],
  ])("has the guide's %s, critical after %i seconds", (name, forSeconds) => {
    expect(ALERTS.find((alert) => alert.name === name)).toMatchObject({
      severity: 'critical',
      forSeconds,
    });
  });

  it('gives each alert a name of its own', () => {
    expect(new Set(ALERTS.map(({ name }) => name)).size).toBe(ALERTS.length);
  });

  it('asks for nothing that nobody tells', async () => {
    const wanted = new Set(ALERTS.flatMap(({ expr }) => metricsOf(expr)));
    const told = new Set([...(await readGatewayMetrics()), ...Object.keys(FOREIGN_METRICS)]);

    expect(wanted.size).toBeGreaterThan(15);
    expect([...wanted].filter((name) => !told.has(name))).toEqual([]);
    expect(Object.keys(FOREIGN_METRICS).filter((name) => !wanted.has(name))).toEqual([]);
  });

  it('watches one gateway among others: each selector names it', () => {
    const selectors = ALERTS.flatMap(({ expr }) => expr.match(/[a-z_]+\{[^}]*\}/g) ?? []);

    expect(selectors.filter((selector) => !selector.includes('namespace="models"'))).toEqual([]);
  });

  it('computes the burn rates from the availability that was promised', () => {
    const objectives = { ...anAlertScope().objectives, availabilityPercent: 99.95 };
    const [fast] = planAlerts(anAlertScope({ objectives })).filter(
      ({ name }) => name === 'ErrorBudgetBurnsFast',
    );

    expect(fast?.expr).toContain('[1h])) > 14.4 * 0.0005 and');
    expect(fast?.expr).toMatch(/\[5m\]\)\) > 14\.4 \* 0\.0005$/);
  });

  it('leaves out what is not there to be watched', () => {
    const alone = planAlerts(
      anAlertScope({ database: 'none', patroni: null, kubernetes: null, replication: null }),
    );
    const metrics = alone.flatMap(({ expr }) => metricsOf(expr));

    expect(alone.filter(({ group }) => group === 'database')).toEqual([]);
    expect(metrics.filter((name) => /^(kube|patroni|cnpg)_/.test(name))).toEqual([]);
    expect(alone.map(({ name }) => name)).toContain('ReplicasBelowMinimum');
  });
});

describe('docs/runbooks', () => {
  it('has a runbook for each alert, and no other', () => {
    // `aws` holds those of CloudWatch's alarms, which test/constructs/aws/monitoring.test.ts compares.
    const files = readdirSync(RUNBOOKS, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name.replace(/\.md$/, ''));

    expect(files.filter((name) => name !== 'README').sort()).toEqual(
      [...new Set(ALERTS.map(({ runbook }) => runbook))].sort(),
    );
  });

  it.each(ALERTS.map(({ name, runbook }) => [name, runbook]))(
    'says in the runbook of %s what to do',
    (name, runbook) => {
      const text = read(runbook);

      expect(text.split('\n', 1)[0]).toContain(name);
      expect(text.match(/^## .*/gm)).toEqual([
        '## What it means',
        '## First look',
        '## Mend',
        '## How it was tested',
      ]);
      expect(text).toMatch(/```sh\n\S/);
    },
  );

  it('uses commands that whoever is called has at hand', () => {
    const commands = [...new Set(ALERTS.map(({ runbook }) => runbook))].flatMap((runbook) =>
      [...read(runbook).matchAll(/```sh\n([^`]*)```/g)].flatMap(([, block]) =>
        (block ?? '')
          .replaceAll('\\\n', ' ')
          .split('\n')
          .filter((line) => line.trim() !== '' && !line.startsWith('#'))
          .map((line) => line.split(' ', 1)[0]),
      ),
    );

    expect([...new Set(commands)].sort()).toEqual(['curl', 'kubectl', 'npx']);
  });

  it('lists all of them in its README', () => {
    const listed = [...read('README').matchAll(/^\| `(\w+)` +\| \[[\w-]+\]\(([\w-]+)\.md\)/gm)];

    expect(listed.map(([, name, runbook]) => ({ name, runbook }))).toEqual(
      ALERTS.map(({ name, runbook }) => ({ name, runbook })),
    );
  });
});

/** The names of all samples that a gateway gives out once it has seen an answer and a failure. */
async function readGatewayMetrics(): Promise<readonly string[]> {
  const provider = await startFakeProvider((_request, index) =>
    index === 0
      ? { kind: 'json', status: 500, body: providerError('boom') }
      : { kind: 'json', body: completion('Hi') },
  );
  const config = gatewayConfig([deployment({ id: 'first', apiBase: provider.url })], {
    retries: 0,
    allowedFails: 0,
  });
  const gateway = await startTestGateway(config, { state: { status: SOUND_STATUS } });
  try {
    await gateway.chat(HELLO);
    await gateway.chat(HELLO);
    const text = await (await gateway.get('/metrics')).text();
    return [...new Set([...text.matchAll(/^([a-z_]+)[{ ]/gm)].map(([, name]) => name ?? ''))];
  } finally {
    await gateway.gateway.kill();
    await provider.stop();
  }
}
