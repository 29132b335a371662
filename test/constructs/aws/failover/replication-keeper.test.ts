import { Match } from 'aws-cdk-lib/assertions';
import { type ActiveActive, Compute, Database } from '../../../../constructs/aws';
import { buildActiveActive, leastActiveActive, templateOf } from '../multi-region-support';
import { gatewayFolder, shortStreams } from '../support';

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
const OWN = 'eu-west-1';
const PEERS = REGIONS.filter((region) => region !== OWN);

function build(): ActiveActive {
  return buildActiveActive({
    ...shortStreams(),
    dataMode: 'regional-primaries',
    database: Database.rds(),
    compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
  });
}

describe('ReplicationKeeper', () => {
  const gateway = build();
  const template = templateOf(gateway, OWN);

  it('runs the executor of its region every five minutes, once each time', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [
        Match.objectLike({
          Input: '{"kind":"keep-replication"}',
          RetryPolicy: { MaximumRetryAttempts: 0 },
        }),
      ],
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
  });

  it('alarms when rows of a peer stay away, and when nobody says whether they do', () => {
    for (const peer of PEERS) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'LitellmHa',
        MetricName: 'ReplicationLag',
        Dimensions: [
          { Name: 'From', Value: peer },
          { Name: 'Gateway', Value: 'litellm' },
          { Name: 'To', Value: OWN },
        ],
        Threshold: 30,
        Period: 300,
        EvaluationPeriods: 3,
        TreatMissingData: 'breaching',
        AlarmActions: [Match.anyValue()],
        AlarmDescription: Match.stringLikeRegexp('aws/replication-lag.md$'),
      });
    }
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ReplicationFailures',
      Dimensions: [
        { Name: 'Gateway', Value: 'litellm' },
        { Name: 'Region', Value: OWN },
      ],
      Threshold: 0,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
      AlarmActions: [Match.anyValue()],
    });
  });

  it('tells the executor where its peers are, by names that are known before they are', () => {
    const [executor] = Object.values(
      template.findResources('AWS::Lambda::Function', {
        Properties: { FunctionName: 'litellm-failover' },
      }),
    ) as { readonly Properties: { readonly Environment: unknown } }[];
    const text = JSON.stringify(executor?.Properties.Environment);
    expect(text).toContain(
      JSON.stringify(
        JSON.stringify({
          gateway: 'litellm',
          peers: PEERS.map((region) => ({
            region,
            host: `database-${region}.api.example.com`,
          })),
        }),
      ).slice(1, -1),
    );
  });

  it('gives the executor no right to change a database, since nothing is promoted', () => {
    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(policies).toContain('lambda:InvokeFunction');
    expect(policies).not.toContain('rds:');
  });

  it('lets the database out to those of its peers, on their port, and to nobody else', () => {
    const rules = Object.values(
      template.findResources('AWS::EC2::SecurityGroupEgress', {
        Properties: { Description: Match.stringLikeRegexp('^Rows of the gateway in ') },
      }),
    ).map(({ Properties }) => Properties as Readonly<Record<string, unknown>>);
    expect(rules).toEqual(
      ['10.40.0.0/16', '10.42.0.0/16'].map((CidrIp) =>
        expect.objectContaining({
          CidrIp,
          FromPort: 5432,
          ToPort: 5432,
          IpProtocol: 'tcp',
        }),
      ),
    );
  });

  it('keeps the log for its peers, up to a bound', () => {
    template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Parameters: Match.objectLike({
        'rds.logical_replication': '1',
        max_slot_wal_keep_size: '51200',
        max_logical_replication_workers: '6',
      }),
    });
  });

  it('is not there where one region writes for all', () => {
    const shared = buildActiveActive();
    expect(shared.regions.map(({ replicationKeeper }) => replicationKeeper)).toEqual([
      null,
      null,
      null,
    ]);
    expect(JSON.stringify(templateOf(shared, OWN).toJSON())).not.toContain('keep-replication');
  });

  it('brings the schema of each region up to date in that region', () => {
    for (const region of REGIONS) {
      templateOf(gateway, region).resourceCountIs('Custom::GatewayMigration', 1);
    }
  });

  it.each(['ghcr.io/berriai/litellm:main-stable', 'docker.litellm.ai/berriai/litellm-database:v1'])(
    'rejects %s, whose tables no region could exchange',
    (reference) => {
      expect(() =>
        buildActiveActive({
          ...leastActiveActive(),
          dataMode: 'regional-primaries',
          database: Database.rds(),
          image: { reference },
        }),
      ).toThrow(
        new Error(
          'litellm on aws: 1 problem\n' +
            '  - image.reference must run the gateway of this package in data mode regional-primaries, because rows of ' +
            `LiteLLM's own tables are changed, and regions exchange only rows that never are, got ${reference}; leave it out, ` +
            "or choose 'global-database'",
        ),
      );
    },
  );

  it('rejects a database that exchanges no rows', () => {
    expect(() =>
      buildActiveActive({ dataMode: 'regional-primaries', database: Database.aurora() }),
    ).toThrow(
      new Error(
        'litellm on aws: 1 problem\n' +
          '  - database must be Database.rds() in data mode regional-primaries (Amazon RDS in each region with logical ' +
          'replication), got Database.aurora(); leave it out, or choose the other dataMode',
      ),
    );
  });
});
