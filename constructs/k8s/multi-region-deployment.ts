import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { GatewayOutputs, MultiRegionTopology, RecoveryObjectives, Warning } from '../../lib';
import { Dns } from './dns/dns';
import { refuseTwin } from './check-twins';
import { resolveChart } from './foundation/root-guard';
import { findMonitoringWarnings } from './monitoring/monitoring';
import { Region } from './region';
import { noticeProxyWarnings } from './resolve-proxy';
import type { PlacedRegion } from './resolve-places';

/** A topology of several clusters and what each is built with. */
export interface MultiRegionDeploymentProps {
  readonly topology: MultiRegionTopology;
  readonly warnings: readonly Warning[];
  readonly regions: readonly PlacedRegion[];
  /** Null: one is made. */
  readonly edgeChart: Chart | null;
}

/** One region of a deployment, with the chart that is applied to its cluster. */
export interface DeployedRegion {
  /** The region's name. */
  readonly name: string;
  readonly chart: Chart;
  readonly region: Region;
  /** Pages of the runbook kept in this region, by file name. */
  readonly runbooks: Readonly<Record<string, string>>;
}

/**
 * Builds a topology as one chart for each cluster and one for the edge. Apply the first region, copy the Secrets that the
 * others need, apply those, and the edge last.
 */
export abstract class MultiRegionDeployment extends Construct implements GatewayOutputs {
  readonly url: string;
  readonly recoveryObjectives: RecoveryObjectives;
  /** Findings that stop nothing and deserve a look; cdk8s has no place of its own for them. */
  readonly warnings: readonly Warning[];
  /** In the order they were written: the primary, or the most important, first. */
  readonly regions: readonly DeployedRegion[];
  readonly dns: Dns;
  readonly topology: MultiRegionTopology;

  constructor(scope: Construct, id: string, props: MultiRegionDeploymentProps) {
    super(props.edgeChart ?? createEdgeChart(scope, id), id);
    const { topology } = props;
    const [first] = props.regions;
    if (first === undefined) throw new Error('a topology has a region');
    for (const { plan, handles } of props.regions) {
      refuseTwin(this.node.root, { name: plan.name, namespace: handles.namespace });
    }
    this.topology = topology;
    this.regions = props.regions.map((region) => this.createRegion(id, region));
    this.dns = new Dns(this, 'Edge', {
      topology,
      namespace: first.handles.namespace,
      regions: props.regions.map(({ plan, domainName, healthCheckId }) => ({
        region: plan.region,
        domainName,
        healthCheckId,
      })),
    });
    this.url = this.dns.url;
    this.recoveryObjectives = topology.recoveryObjectives;
    this.warnings = [
      ...props.warnings,
      ...noticeProxyWarnings(first.handles.proxy),
      ...findMonitoringWarnings(first.plan, first.handles.monitoring),
    ];
  }

  private createRegion(id: string, { plan, handles, chart }: PlacedRegion): DeployedRegion {
    const own = chart ?? new Chart(this.node.root as App, `${id}-${plan.region}`);
    return {
      name: plan.region,
      chart: own,
      region: new Region(new Construct(own, id), 'Region', { plan, handles }),
      runbooks: handles.place?.runbooks ?? {},
    };
  }
}

/** A chart beside those of the clusters: whatever holds `scope` belongs to one cluster, and the edge to none. */
function createEdgeChart(scope: Construct, id: string): Chart {
  const root = scope.node.root;
  return root instanceof App ? new Chart(root, `${id}-edge`) : resolveChart(scope, id);
}
