import { Match } from 'aws-cdk-lib/assertions';
import { type ActiveActive, Compute, Database } from '../../../../constructs/aws';
import { buildActiveActive, templateOf } from '../multi-region-support';
import { gatewayFolder, shortStreams } from '../support';

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
let built: ActiveActive | null = null;

/** Synthesized once for all tests: on Fargate, whose addresses stand in secrets of their own. */
function gateway(): ActiveActive {
  built ??= buildActiveActive({
    ...shortStreams(),
    dataMode: 'shared-writer',
    database: Database.rds({ maxConnections: 700 }),
    compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
  });
  return built;
}

describe('DatabaseAddress', () => {
  it.each(REGIONS)('names the database of %s for everybody, by what RDS calls it', (region) => {
    templateOf(gateway(), region).hasResourceProperties('AWS::Route53::RecordSet', {
      HostedZoneId: 'Z0000000000000',
      Name: `database-${region}.api.example.com.`,
      Type: 'CNAME',
      TTL: '60',
      ResourceRecords: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('Database'), 'Endpoint.Address'] }],
    });
    const found = gateway().regions.find((each) => each.region === region);
    expect(found?.parts.databaseAddress?.host).toBe(`database-${region}.api.example.com`);
  });

  it('admits the network of each other region at the port of the database, and no wider', () => {
    const admitted = Object.values(
      templateOf(gateway(), 'eu-west-1').findResources('AWS::EC2::SecurityGroupIngress', {
        Properties: { CidrIp: Match.anyValue() },
      }),
    ).map(({ Properties }) => Properties as Readonly<Record<string, unknown>>);
    expect(admitted.map(({ CidrIp, FromPort, ToPort }) => [CidrIp, FromPort, ToPort])).toEqual([
      ['10.40.0.0/16', 5432, 5432],
      ['10.42.0.0/16', 5432, 5432],
    ]);
    expect(JSON.stringify(admitted[0]?.['GroupId'])).toContain('Database');
  });

  it('has replicas write to the region of the writer and read beside them', () => {
    const urlOf = (region: string, kind: string): string => {
      const [[, secret] = []] = Object.entries(
        templateOf(gateway(), region).findResources('AWS::SecretsManager::Secret'),
      ).filter(([id]) => id.includes(kind));
      return JSON.stringify((secret?.['Properties'] as Record<string, unknown>)['SecretString']);
    };
    expect(urlOf('eu-west-1', 'WriterUrl')).toContain('@database-us-east-1.api.example.com:5432/');
    expect(urlOf('eu-west-1', 'ReaderUrl')).toMatch(/@",\{"Fn::GetAtt":\[".*Database/);
    expect(urlOf('us-east-1', 'WriterUrl')).toMatch(/@",\{"Fn::GetAtt":\[".*Database/);
  });

  it('tells each executor its own database, and where writes of its region may go', () => {
    for (const region of REGIONS) {
      const [executor] = Object.values(
        templateOf(gateway(), region).findResources('AWS::Lambda::Function', {
          Properties: { FunctionName: 'litellm-failover' },
        }),
      );
      const text = JSON.stringify(executor).replaceAll('\\"', '"');
      for (const peer of REGIONS) {
        const host = `"${peer}":"database-${peer}.api.example.com"`;
        expect({ region, peer, told: text.includes(host) }).toEqual({
          region,
          peer,
          told: peer !== region,
        });
      }
      // The own one is known by what RDS calls it, also while other regions are lost.
      expect(text).toMatch(/"writerHost":"",\{"Fn::GetAtt":\["[^"]*Database/);
      expect(text).toContain('"backupRetentionDays":');
    }
  });

  it('makes no address where nothing speaks to the database from elsewhere', () => {
    for (const { parts } of buildActiveActive().regions) expect(parts.databaseAddress).toBeNull();
  });
});
