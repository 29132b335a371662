import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { MultiRegionTopology } from '../../../lib';
import { replicationLag } from '../failover/replication-keeper';
import { namePhysically, type PhysicalNames } from '../foundation/physical-names';

const PERIOD = Duration.minutes(1);
const WIDTH = 8;
const MS_PER_SECOND = 1000;

/** One line of a graph, for one region. */
type Line = (region: string) => cloudwatch.IMetric;

/**
 * All regions side by side, once in each of them, so that whoever is left sees what the others last did. Metrics stay where
 * they are made: a graph names the region of each line, and parts of other regions by the names that are known beforehand.
 * A region that is gone leaves its lines empty and the rest as they are.
 *
 * Costs: a dashboard in each region.
 * Survives: the loss of every region but its own.
 */
export class RegionsDashboard extends Construct {
  readonly resource: cloudwatch.Dashboard;

  constructor(
    scope: Construct,
    id: string,
    { topology }: { readonly topology: MultiRegionTopology },
  ) {
    super(scope, id);
    const { replication } = topology;
    const names = namePhysically(topology.name);
    const { dataMode } = topology.replication;
    const all = topology.regions.map(({ region }) => region);
    const followers = topology.regions.flatMap(({ region, databaseRole }) =>
      databaseRole.kind === 'replica' ? [region] : [],
    );
    this.resource = new cloudwatch.Dashboard(this, 'Resource', {
      defaultInterval: Duration.hours(3),
      widgets: [
        [
          graph('Requests', all, searchLine(names, ['RequestCount'], 'Sum')),
          graph(
            'Failed requests',
            all,
            searchLine(names, ['HTTPCode_ELB_5XX_Count', 'HTTPCode_Target_5XX_Count'], 'Sum'),
          ),
          graph(
            'Until the first byte, p95 (s)',
            all,
            searchLine(names, ['TargetResponseTime'], 'p95'),
          ),
        ],
        [
          dataMode === 'distributed-sql'
            ? graph('Transactions of Aurora DSQL', all, distributedLine())
            : graph('Connections of the database', all, databaseLine(topology, names)),
          replication.links.some(({ transport }) => transport === 'logical')
            ? exchangeGraph(topology)
            : graph('Behind the writer (s)', followers, lagLine(topology, names)),
          graph('Errors of the executor', all, executorLine(names)),
        ],
      ],
    });
  }
}

function graph(title: string, regions: readonly string[], line: Line): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({
    title,
    left: regions.map(line),
    width: WIDTH,
    leftYAxis: { min: 0 },
  });
}

/** AWS ends the name of a load balancer in metrics with one of its own, so that they can only be searched for. */
function searchLine(
  { loadBalancer }: PhysicalNames,
  metricNames: readonly string[],
  statistic: 'Sum' | 'p95',
): Line {
  // Each word of the name for itself: in quotes only the whole of it would be found.
  const words = loadBalancer.replaceAll('-', ' ');
  const metric = metricNames.map((each) => `MetricName="${each}"`).join(' OR ');
  const found = `SEARCH('{AWS/ApplicationELB,LoadBalancer} (${metric}) ${words}', '${statistic}', ${PERIOD.toSeconds()})`;
  return (region) =>
    new cloudwatch.MathExpression({
      expression: statistic === 'Sum' ? `SUM(${found})` : `MAX(${found})`,
      usingMetrics: {},
      label: region,
      period: PERIOD,
      searchRegion: region,
    });
}

function databaseLine({ replication }: MultiRegionTopology, names: PhysicalNames): Line {
  const dimension =
    replication.dataMode === 'global-database' ? 'DBClusterIdentifier' : 'DBInstanceIdentifier';
  return (region) =>
    new cloudwatch.Metric({
      namespace: 'AWS/RDS',
      metricName: 'DatabaseConnections',
      dimensionsMap: { [dimension]: names.database(region) },
      statistic: 'Maximum',
      period: PERIOD,
      label: region,
      region,
    });
}

/** AWS makes up the ids of clusters, so that all of the account are found in a region. */
function distributedLine(): Line {
  const found = `SEARCH('{AWS/AuroraDSQL,ClusterId} MetricName="TotalTransactions"', 'Sum', ${PERIOD.toSeconds()})`;
  return (region) =>
    new cloudwatch.MathExpression({
      expression: `SUM(${found})`,
      usingMetrics: {},
      label: region,
      period: PERIOD,
      searchRegion: region,
    });
}

/** RDS measures in seconds and Aurora in milliseconds. */
function lagLine({ replication }: MultiRegionTopology, names: PhysicalNames): Line {
  const shared = { namespace: 'AWS/RDS', statistic: 'Maximum', period: PERIOD } as const;
  if (replication.dataMode !== 'global-database') {
    return (region) =>
      new cloudwatch.Metric({
        ...shared,
        metricName: 'ReplicaLag',
        dimensionsMap: { DBInstanceIdentifier: names.database(region) },
        label: region,
        region,
      });
  }
  return (region) => {
    const id = `lag_${region.replaceAll('-', '_')}`;
    return new cloudwatch.MathExpression({
      expression: `${id} / ${MS_PER_SECOND}`,
      usingMetrics: {
        [id]: new cloudwatch.Metric({
          ...shared,
          metricName: 'AuroraGlobalDBReplicationLag',
          dimensionsMap: { DBClusterIdentifier: names.database(region) },
          region,
        }),
      },
      label: region,
      period: PERIOD,
    });
  };
}

/** Where every region writes, one line for each way that rows take, told by the region that receives them. */
function exchangeGraph({ name, replication }: MultiRegionTopology): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({
    title: 'Rows that have not arrived (s)',
    left: replication.links.map(({ from, to }) =>
      replicationLag({ gateway: name, from, to }).with({ label: `${from} in ${to}`, region: to }),
    ),
    width: WIDTH,
    leftYAxis: { min: 0 },
  });
}

/** Errors by which a machine asks to look again are among them: what counts is a line that does not come down. */
function executorLine({ executor }: PhysicalNames): Line {
  return (region) =>
    new cloudwatch.Metric({
      namespace: 'AWS/Lambda',
      metricName: 'Errors',
      dimensionsMap: { FunctionName: executor },
      statistic: 'Sum',
      period: PERIOD,
      label: region,
      region,
    });
}
