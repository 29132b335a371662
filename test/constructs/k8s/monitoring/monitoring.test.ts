import { App, JsonPatch } from 'cdk8s';
import { Database, Monitoring, SingleRegionHA } from '../../../../constructs/k8s';
import { planAlerts, planRuleGroups } from '../../../../lib/alerts';
import { customResourceProblems } from '../custom-resources/custom-resource-problems';
import { findConfig, findObject, type Manifest, podsOf } from '../manifests';
import { schemaProblems } from '../schema-problems';
import { someProps, synthesizePattern } from '../synthesize';

const OPERATOR_API = 'monitoring.coreos.com/v1';

const ofOperator = (manifests: readonly Manifest[]): readonly Manifest[] =>
  manifests.filter(({ apiVersion }) => apiVersion === OPERATOR_API);

describe('Monitoring', () => {
  const manifests = synthesizePattern({
    namespace: 'models',
    monitoring: Monitoring.prometheusOperator(),
  });
  const find = (kind: string, name: string): Manifest => findObject(manifests, kind, name);

  it('is not made unless asked for, since the cluster may lack its custom resources', () => {
    const without = synthesizePattern();

    expect(ofOperator(without)).toEqual([]);
    expect(without.filter((each) => /prometheus|dashboard/.test(each.metadata.name))).toEqual([]);
  });

  it('adds scraping, alerts and a dashboard, and nothing else', () => {
    const before = synthesizePattern({ namespace: 'models' });
    const names = (all: readonly Manifest[]): readonly string[] =>
      all.map((each) => `${each.kind} ${each.metadata.name}`);
    const added = names(manifests).filter((name) => !names(before).includes(name));

    expect([...added].sort()).toEqual([
      'ConfigMap litellm-dashboard',
      'NetworkPolicy litellm-allow-prometheus-gateway',
      'NetworkPolicy litellm-allow-prometheus-postgres',
      'PodMonitor litellm',
      'PrometheusRule litellm',
      'ServiceMonitor litellm',
    ]);
  });

  it("scrapes the gateway's Service under the job that the alerts ask for", () => {
    const { spec } = find('ServiceMonitor', 'litellm');
    const service = find('Service', 'litellm');

    expect(spec.endpoints).toEqual([
      {
        port: 'http',
        path: '/metrics',
        interval: '15s',
        scrapeTimeout: '10s',
        relabelings: [{ action: 'replace', targetLabel: 'job', replacement: 'litellm' }],
      },
    ]);
    expect(service.metadata.labels).toMatchObject(spec.selector.matchLabels);
    expect(service.spec.ports.map(({ name }: Manifest) => name)).toContain('http');
    expect(spec.namespaceSelector).toEqual({ matchNames: ['models'] });
  });

  it('selects no other Service than that of the gateway', () => {
    const wanted = Object.entries(find('ServiceMonitor', 'litellm').spec.selector.matchLabels);
    const selected = manifests
      .filter(({ kind }) => kind === 'Service')
      .filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels[key] === value));

    expect(selected.map(({ metadata }) => metadata.name)).toEqual(['litellm']);
  });

  it("scrapes Patroni's port of the members", () => {
    const { spec } = find('PodMonitor', 'litellm');
    const members = find('StatefulSet', 'litellm-postgres').spec.template;

    expect(spec.podMetricsEndpoints).toMatchObject([{ port: 'rest', path: '/metrics' }]);
    expect(members.metadata.labels).toMatchObject(spec.selector.matchLabels);
    expect(members.spec.containers[0].ports.map(({ name }: Manifest) => name)).toContain('rest');
  });

  it('sets every alert of the catalogue, about this gateway and its own numbers', () => {
    const watched = {
      gateway: { job: 'litellm', namespace: 'models', service: 'litellm' },
      objectives: {
        availabilityPercent: 99.9,
        errorPercent: 1,
        latencySeconds: 5,
        firstTokenSeconds: 2.5,
      },
      minReplicas: 3,
      maxReplicas: 20,
      database: 'configured',
      patroni: { namespace: 'models', scope: 'litellm-postgres' },
      kubernetes: { namespace: 'models', workloadName: 'litellm' },
      replication: null,
    } as const;

    expect(find('PrometheusRule', 'litellm').spec.groups).toEqual(
      planRuleGroups(watched, 'node_modules/litellm-ha/docs/runbooks'),
    );
    expect(
      new SingleRegionHA(
        new App(),
        'gateway',
        someProps({ monitoring: Monitoring.prometheusOperator() }),
      ).monitoring?.alertNames,
    ).toEqual(planAlerts(watched).map(({ name }) => name));
  });

  it('follows the size and the promise of the gateway', () => {
    const text = JSON.stringify(
      ofOperator(
        synthesizePattern({
          autoscaling: { minReplicas: 4, maxReplicas: 9 },
          objectives: { uptimePercent: 99.5 },
          monitoring: Monitoring.prometheusOperator(),
        }),
      ),
    );

    expect(text).toContain(' < 4"');
    expect(text).toContain(' >= 9"');
    expect(text).toContain('> 14.4 * 0.005');
  });

  it('asks Patroni by the name it gives itself', () => {
    const config = findConfig(manifests, 'litellm-postgres').data['patroni.yml'];

    expect(config).toMatch(/^scope: litellm-postgres$/m);
    expect(JSON.stringify(find('PrometheusRule', 'litellm').spec)).toContain(
      'patroni_primary{namespace=\\"models\\",scope=\\"litellm-postgres\\"}',
    );
  });

  it('opens the metrics, and nothing else, to Prometheus alone', () => {
    const policies = ['gateway', 'postgres'].map(
      (component) => find('NetworkPolicy', `litellm-allow-prometheus-${component}`).spec,
    );
    const from = [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
      },
    ];

    expect(policies.map(({ ingress }) => ingress)).toEqual([
      [{ from, ports: [{ port: 4000, protocol: 'TCP' }] }],
      [{ from, ports: [{ port: 8008, protocol: 'TCP' }] }],
    ]);
    for (const { podSelector } of policies) {
      const pods = podsOf(manifests).map(([, { metadata }]) => metadata.labels);
      const wanted = Object.entries(podSelector.matchLabels);
      expect(pods.some((labels) => wanted.every(([key, text]) => labels[key] === text))).toBe(true);
    }
  });

  it("brings a dashboard that Grafana's sidecar finds", () => {
    const { metadata, data } = find('ConfigMap', 'litellm-dashboard');

    expect(metadata.labels.grafana_dashboard).toBe('1');
    expect(Object.keys(data)).toEqual(['models-litellm-dashboard.json']);
    const dashboard = JSON.parse(data['models-litellm-dashboard.json']);
    expect(dashboard.uid).toBe('models-litellm');
    expect(dashboard.panels.length).toBeGreaterThan(8);
  });

  it('passes the schemas: the published ones, and those of the operator as far as they are used', () => {
    const builtIn = manifests.filter((each) => ofOperator([each]).length === 0);

    expect(schemaProblems(builtIn)).toEqual([]);
    expect(customResourceProblems(manifests)).toEqual([]);
  });

  it('would find a misspelt field, a missing one and a wrong value', () => {
    const monitor = find('ServiceMonitor', 'litellm');
    const [endpoint] = monitor.spec.endpoints;
    const { port: _, ...withoutPort } = endpoint;
    const wrong = {
      ...monitor,
      spec: {
        ...monitor.spec,
        endpoints: [
          { ...endpoint, scrapeInterval: '15s' },
          withoutPort,
          { ...endpoint, path: 'm' },
        ],
      },
    };

    expect(customResourceProblems([wrong, { ...monitor, kind: 'ServiceMonitors' }])).toEqual([
      'ServiceMonitor/litellm: spec.endpoints.0: Unrecognized key: "scrapeInterval"',
      'ServiceMonitor/litellm: spec.endpoints.1.port: Invalid input: expected string, received undefined',
      expect.stringContaining('ServiceMonitor/litellm: spec.endpoints.2.path'),
      'ServiceMonitors/litellm: monitoring.coreos.com/v1 has no such kind',
    ]);
  });

  it('scrapes CloudNativePG where that runs the database, and asks nothing of Patroni', () => {
    const other = synthesizePattern({
      monitoring: Monitoring.prometheusOperator(),
      database: Database.cloudNativePg(),
    });
    const { spec } = findObject(other, 'PodMonitor', 'litellm');

    expect(spec.selector.matchLabels).toMatchObject({ 'cnpg.io/cluster': 'litellm-postgres' });
    expect(spec.podMetricsEndpoints[0].port).toBe('metrics');
    expect(
      findObject(other, 'NetworkPolicy', 'litellm-allow-prometheus-postgres').spec.ingress[0].ports,
    ).toEqual([{ port: 9187, protocol: 'TCP' }]);
    expect(JSON.stringify(findObject(other, 'PrometheusRule', 'litellm'))).not.toContain('patroni');
  });

  it('scrapes no database that is brought', () => {
    const other = synthesizePattern({
      monitoring: Monitoring.prometheusOperator(),
      database: Database.existing({
        host: 'db.example.com',
        password: { secretName: 'postgres', key: 'password' },
      }),
    });

    expect(other.filter(({ kind }) => kind === 'PodMonitor')).toEqual([]);
  });

  it('comes out the same twice', () => {
    const props = { namespace: 'models', monitoring: Monitoring.prometheusOperator() };

    expect(JSON.stringify(synthesizePattern(props))).toBe(JSON.stringify(manifests));
  });

  it('links runbooks, adds labels and lets Prometheus in from where it is told', () => {
    const told = synthesizePattern({
      monitoring: Monitoring.prometheusOperator({
        runbookBaseUrl: 'https://example.com/runbooks',
        labels: { release: 'stack' },
        prometheusNamespace: 'observability',
      }),
    });

    expect(ofOperator(told).map(({ metadata }) => metadata.labels.release)).toEqual([
      'stack',
      'stack',
      'stack',
    ]);
    expect(
      findObject(told, 'PrometheusRule', 'litellm').spec.groups[0].rules[0].annotations.runbook_url,
    ).toBe('https://example.com/runbooks/instance-down.md');
    expect(
      findObject(told, 'NetworkPolicy', 'litellm-allow-prometheus-gateway').spec.ingress[0].from[0]
        .namespaceSelector,
    ).toEqual({ matchLabels: { 'kubernetes.io/metadata.name': 'observability' } });
  });

  it('lets each of its objects be patched', () => {
    const app = new App();
    const gateway = new SingleRegionHA(
      app,
      'gateway',
      someProps({ monitoring: Monitoring.prometheusOperator() }),
    );
    gateway.monitoring?.resource.addJsonPatch(
      JsonPatch.replace('/spec/groups/0/rules/0/for', '1m'),
    );
    gateway.monitoring?.serviceMonitor.addJsonPatch(
      JsonPatch.replace('/spec/endpoints/0/interval', '5s'),
    );
    const patched = app.charts.flatMap((chart) => chart.toJson() as Manifest[]);

    expect(findObject(patched, 'PrometheusRule', 'litellm').spec.groups[0].rules[0].for).toBe('1m');
    expect(findObject(patched, 'ServiceMonitor', 'litellm').spec.endpoints[0].interval).toBe('5s');
  });

  it('warns that the alerts may not fit an image that is brought', () => {
    const warningsOf = (props: Parameters<typeof someProps>[0]): readonly string[] =>
      new SingleRegionHA(
        new App(),
        'gateway',
        someProps({ ingressClassName: 'traefik', ...props }),
      ).warnings.map(({ rule }) => rule);
    const image = { reference: `example.com/a@sha256:${'0'.repeat(64)}` };

    expect(warningsOf({ image, monitoring: Monitoring.prometheusOperator() })).toEqual([
      'k8s.monitoring-image',
    ]);
    expect(warningsOf({ image })).toEqual([]);
    expect(warningsOf({ monitoring: Monitoring.prometheusOperator() })).toEqual([]);
  });
});
