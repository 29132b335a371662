import { Database, type MultiRegionDeployment } from '../../../../constructs/aws';
import { buildActiveActive, buildActivePassive, templateOf } from '../multi-region-support';

interface Widget {
  readonly properties: {
    readonly title: string;
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

/** The graphs that a region shows of all regions, by their titles. */
function readGraphs(
  gateway: MultiRegionDeployment,
  region: string,
): ReadonlyMap<string, readonly (readonly unknown[])[]> {
  const bodies = Object.entries(
    templateOf(gateway, region).findResources('AWS::CloudWatch::Dashboard'),
  )
    .filter(([id]) => id.startsWith('GatewayDashboard'))
    .map(([, { Properties }]) => (Properties as { readonly DashboardBody: unknown }).DashboardBody);
  expect(bodies).toHaveLength(1);
  // What is joined into the body is the region of a widget, never that of a line.
  const [body] = bodies;
  const parts = (body as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] })[
    'Fn::Join'
  ];
  const text = parts === undefined ? String(body) : parts[1].map(renderPart).join('');
  const { widgets } = JSON.parse(text) as { readonly widgets: readonly Widget[] };
  return new Map(widgets.map(({ properties: { title, metrics = [] } }) => [title, metrics]));
}

function renderPart(part: unknown): string {
  return typeof part === 'string' ? part : JSON.stringify(part).replaceAll('"', '');
}

/** The region that each line of a graph is read from: a search names none where it is the dashboard's own. */
function regionsOf(
  lines: readonly (readonly unknown[])[] | undefined,
  own: string,
): readonly string[] {
  return (lines ?? []).map((line) => (line.at(-1) as { readonly region?: string }).region ?? own);
}

describe('RegionsDashboard', () => {
  it('shows every region in each of them, with lines that name their region', () => {
    const gateway = buildActiveActive();
    const all = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
    for (const region of all) {
      const graphs = readGraphs(gateway, region);
      for (const title of [
        'Requests',
        'Failed requests',
        'Until the first byte, p95 (s)',
        'Connections of the database',
        'Errors of the executor',
      ]) {
        expect({ title, regions: regionsOf(graphs.get(title), region) }).toEqual({
          title,
          regions: all,
        });
      }
    }
  });

  it('shows each way that rows take where every region writes, in the region that receives them', () => {
    const gateway = buildActiveActive({
      regions: [{ region: 'us-east-1' }, { region: 'eu-west-1' }],
      dataMode: 'regional-primaries',
      database: Database.rds(),
    });
    const lines = readGraphs(gateway, 'us-east-1').get('Rows that have not arrived (s)') ?? [];
    expect(lines.map((line) => line.slice(0, -1))).toEqual(
      [
        ['us-east-1', 'eu-west-1'],
        ['eu-west-1', 'us-east-1'],
      ].map(([from, to]) => [
        'LitellmHa',
        'ReplicationLag',
        ...['From', from, 'Gateway', 'litellm', 'To', to],
      ]),
    );
    expect(regionsOf(lines, 'us-east-1')).toEqual(['eu-west-1', 'us-east-1']);
  });

  it('finds load balancers of other regions by the words of their name', () => {
    const gateway = buildActivePassive();
    for (const region of ['us-east-1', 'us-west-2']) {
      templateOf(gateway, region).hasResourceProperties(
        'AWS::ElasticLoadBalancingV2::LoadBalancer',
        { Name: 'gateway-litellm-lb' },
      );
    }
    expect(readGraphs(gateway, 'us-west-2').get('Requests')).toEqual([
      [
        {
          expression:
            "SUM(SEARCH('{AWS/ApplicationELB,LoadBalancer} (MetricName=\"RequestCount\") gateway litellm lb', 'Sum', 60))",
          label: 'us-east-1',
          region: 'us-east-1',
          period: 60,
        },
      ],
      [expect.objectContaining({ label: 'us-west-2' })],
    ]);
  });

  it('shows on RDS how many seconds the standby is behind', () => {
    expect(readGraphs(buildActivePassive(), 'us-east-1').get('Behind the writer (s)')).toEqual([
      [
        'AWS/RDS',
        'ReplicaLag',
        'DBInstanceIdentifier',
        'litellm-us-west-2',
        expect.objectContaining({ region: 'us-west-2', stat: 'Maximum' }),
      ],
    ]);
  });

  it('turns milliseconds of Aurora into seconds, for each region that follows', () => {
    const lines = readGraphs(buildActiveActive(), 'us-east-1').get('Behind the writer (s)') ?? [];
    expect(lines.filter((line) => line.length === 1)).toEqual(
      ['eu_west_1', 'ap_southeast_2'].map((id) => [
        expect.objectContaining({ expression: `lag_${id} / 1000` }),
      ]),
    );
    expect(lines.filter((line) => line.length > 1)).toEqual(
      ['eu-west-1', 'ap-southeast-2'].map((region) => [
        'AWS/RDS',
        'AuroraGlobalDBReplicationLag',
        'DBClusterIdentifier',
        `litellm-${region}`,
        expect.objectContaining({ region, visible: false }),
      ]),
    );
  });
});
