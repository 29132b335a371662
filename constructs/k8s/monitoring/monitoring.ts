import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  type AlertScope,
  type DatabaseRole,
  GATEWAY_PATHS,
  GATEWAY_SCRAPE_JOB,
  type MonitoringOutputs,
  PACKAGED_RUNBOOKS,
  planAlerts,
  planRuleGroups,
  type RegionPlan,
  renderDashboard,
  type Warning,
} from '../../../lib';
import type { Workload } from '../compute/workload';
import type { DatabasePods, MetricsSource } from '../database/choice';
import { objectLabels } from '../foundation/labels';
import { createIngressPolicy, podsOfNamespace } from '../network/network-policy';

export interface MonitoringBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly workload: Workload;
  /** Null: the database runs elsewhere. */
  readonly databasePods: DatabasePods | null;
  /** Name of the PostgreSQL cluster under Patroni. Null: there is none. */
  readonly patroniScope: string | null;
  /** What the database is to those of other regions. Null: there are none, or it is brought. */
  readonly databaseRole: DatabaseRole | null;
  /** From which lag on somebody is told. Null: nothing can lag. */
  readonly lagAlarmSeconds: number | null;
  readonly operator: PrometheusOperatorChoice;
}

/** How the Prometheus Operator of the cluster finds what is made here. */
export interface PrometheusOperatorProps {
  /**
   * Folder in which pages find their runbooks, without a slash at its end. Set it to where you publish `docs/runbooks`.
   *
   * @default - the runbooks of the installed package, `node_modules/litellm-ha/docs/runbooks`
   */
  readonly runbookBaseUrl?: string;

  /**
   * Labels by which your Prometheus selects monitors and rules, such as `{ release: 'kube-prometheus-stack' }`.
   *
   * @default - none beyond those of every object of the gateway
   */
  readonly labels?: Readonly<Record<string, string>>;

  /**
   * Namespace of Prometheus, whose pods alone may reach the metrics.
   *
   * @default 'monitoring'
   */
  readonly prometheusNamespace?: string;
}

export interface PrometheusOperatorChoice extends Required<PrometheusOperatorProps> {
  readonly kind: 'prometheus-operator';
}

const OPERATOR_API = 'monitoring.coreos.com/v1';
const COMPONENT = 'monitoring';
const DATABASE_SCRAPE_JOB = `${GATEWAY_SCRAPE_JOB}-postgres`;
/** Two samples within the shortest wait of an alert, a minute, with one to spare. */
const SCRAPE = { interval: '15s', scrapeTimeout: '10s' } as const;

/**
 * Scraping, alerts and a dashboard, as objects of the Prometheus Operator. Needs its custom resources in the cluster, so
 * nothing of it is made unless asked for. kube-state-metrics makes the count of replicas more exact; a sidecar of
 * Grafana that looks for the label `grafana_dashboard` loads the dashboard.
 *
 * Costs: nothing but the room for some hundred series per replica.
 * Survives: what the cluster's Prometheus survives.
 * Does not survive: the loss of Prometheus itself. Have a dead man's switch watch it from outside of the cluster.
 */
export class Monitoring extends Construct implements MonitoringOutputs {
  /** Chooses the Prometheus Operator. */
  static prometheusOperator(props: PrometheusOperatorProps = {}): PrometheusOperatorChoice {
    return {
      kind: 'prometheus-operator',
      runbookBaseUrl: props.runbookBaseUrl ?? PACKAGED_RUNBOOKS,
      labels: props.labels ?? {},
      prometheusNamespace: props.prometheusNamespace ?? 'monitoring',
    };
  }

  /** The main resource: the PrometheusRule with the alerts. */
  readonly resource: ApiObject;
  readonly serviceMonitor: ApiObject;
  /** Scrapes the members of PostgreSQL. Null: the database runs elsewhere. */
  readonly podMonitor: ApiObject | null;
  readonly dashboard: k8s.KubeConfigMap;
  readonly alertNames: readonly string[];
  private readonly props: MonitoringBlockProps;

  constructor(scope: Construct, id: string, props: MonitoringBlockProps) {
    super(scope, id);
    this.props = props;
    const watched = planAlertScope(props);
    this.resource = this.createRules(watched);
    this.serviceMonitor = this.createServiceMonitor();
    const [database] = props.databasePods?.metrics ?? [];
    this.podMonitor = database === undefined ? null : this.createPodMonitor(database);
    this.dashboard = this.createDashboard(watched);
    this.allowPrometheus({
      component: 'gateway',
      pods: props.workload.podLabels,
      portName: 'http',
      port: props.plan.compute.port,
    });
    if (database !== undefined) this.allowPrometheus(database);
    this.alertNames = planAlerts(watched).map(({ name }) => name);
  }

  private createRules(watched: AlertScope): ApiObject {
    return new ApiObject(this, 'Resource', {
      apiVersion: OPERATOR_API,
      kind: 'PrometheusRule',
      metadata: this.selectedMetadata(),
      spec: { groups: planRuleGroups(watched, this.props.operator.runbookBaseUrl) },
    });
  }

  private createServiceMonitor(): ApiObject {
    const { namespace, workload } = this.props;
    return new ApiObject(this, 'ServiceMonitor', {
      apiVersion: OPERATOR_API,
      kind: 'ServiceMonitor',
      metadata: this.selectedMetadata(),
      spec: {
        namespaceSelector: { matchNames: [namespace] },
        selector: { matchLabels: workload.podLabels },
        endpoints: [
          {
            port: 'http',
            path: GATEWAY_PATHS.metrics,
            ...SCRAPE,
            relabelings: [asJob(GATEWAY_SCRAPE_JOB)],
          },
        ],
      },
    });
  }

  private createPodMonitor(source: MetricsSource): ApiObject {
    const { namespace } = this.props;
    return new ApiObject(this, 'PodMonitor', {
      apiVersion: OPERATOR_API,
      kind: 'PodMonitor',
      metadata: this.selectedMetadata(),
      spec: {
        namespaceSelector: { matchNames: [namespace] },
        selector: { matchLabels: source.pods },
        podMetricsEndpoints: [
          {
            port: source.portName,
            path: '/metrics',
            ...SCRAPE,
            relabelings: [asJob(DATABASE_SCRAPE_JOB)],
          },
        ],
      },
    });
  }

  private createDashboard(watched: AlertScope): k8s.KubeConfigMap {
    const { namespace, plan } = this.props;
    const name = `${plan.name}-dashboard`;
    // One Grafana may show many gateways; it takes names of 40 characters at most.
    const uid = `${namespace}-${plan.name}`.slice(0, 40);
    const metadata = this.metadata(name);
    return new k8s.KubeConfigMap(this, 'Dashboard', {
      metadata: { ...metadata, labels: { ...metadata.labels, grafana_dashboard: '1' } },
      data: { [`${namespace}-${name}.json`]: renderDashboard(watched, uid) },
    });
  }

  /** Ports of databases also take commands, so they are open to Prometheus alone. */
  private allowPrometheus({ component, pods, port }: MetricsSource): void {
    const { plan, namespace, operator } = this.props;
    createIngressPolicy(this, `Scrape-${component}`, {
      instance: plan.name,
      namespace,
      name: `allow-prometheus-${component}`,
      pods,
      openings: [
        {
          from: [
            // The operator's own label of the pods it makes.
            podsOfNamespace(operator.prometheusNamespace, {
              'app.kubernetes.io/name': 'prometheus',
            }),
          ],
          ports: [port],
        },
      ],
    });
  }

  private selectedMetadata(): k8s.ObjectMeta {
    const metadata = this.metadata(this.props.plan.name);
    return { ...metadata, labels: { ...metadata.labels, ...this.props.operator.labels } };
  }

  private metadata(name: string): k8s.ObjectMeta {
    const { namespace, plan } = this.props;
    return { name, namespace, labels: objectLabels(plan.name, COMPONENT) };
  }
}

/**
 * The alerts ask for metrics of this package's gateway. An image brought may be a build of it, so it is not refused.
 */
export function findMonitoringWarnings(
  { compute }: RegionPlan,
  operator: PrometheusOperatorChoice | null,
): readonly Warning[] {
  if (operator === null || compute.image.kind === 'packaged') return [];
  return [
    {
      rule: 'k8s.monitoring-image',
      path: 'monitoring',
      message:
        "the alerts ask for metrics of this package's gateway; with another program in the image, " +
        'AllProvidersDown and DatabaseConnectionFailed stay on and others never go off',
    },
  ];
}

/** The operator adds `namespace` and `service` to all it scrapes through a ServiceMonitor, and `namespace` to pods. */
function planAlertScope({
  plan,
  namespace,
  workload,
  patroniScope,
  databaseRole,
  lagAlarmSeconds,
}: MonitoringBlockProps): AlertScope {
  return {
    gateway: { job: GATEWAY_SCRAPE_JOB, namespace, service: workload.workloadName },
    objectives: plan.monitoring,
    minReplicas: workload.minReplicas,
    maxReplicas: workload.maxReplicas,
    database: 'configured',
    patroni: patroniScope === null ? null : { namespace, scope: patroniScope },
    kubernetes: { namespace, workloadName: workload.workloadName },
    replication: planReplicationScope(namespace, databaseRole, lagAlarmSeconds),
  };
}

/** A writer receives nothing: whoever follows it tells. */
function planReplicationScope(
  namespace: string,
  role: DatabaseRole | null,
  lagAlarmSeconds: number | null,
): AlertScope['replication'] {
  if (lagAlarmSeconds === null || role === null) return null;
  const labels = { job: DATABASE_SCRAPE_JOB, namespace };
  switch (role.kind) {
    case 'replica':
      return { kind: 'physical', labels, lagAlarmSeconds };
    case 'peer':
      return { kind: 'logical', labels, lagAlarmSeconds };
    case 'writer':
    case 'member':
      return null;
  }
}

function asJob(name: string): Readonly<Record<string, string>> {
  return { action: 'replace', targetLabel: 'job', replacement: name };
}
