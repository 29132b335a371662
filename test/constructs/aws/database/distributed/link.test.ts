import { Match, Template } from 'aws-cdk-lib/assertions';
import { buildDistributed } from '../../multi-region-support';

interface Call {
  readonly service: string;
  readonly action: string;
  readonly region: string;
  readonly parameters: {
    readonly identifier: string;
    readonly multiRegionProperties: {
      readonly witnessRegion: string;
      readonly clusters: readonly string[];
    };
  };
}

/** What CDK's function is told to call, with what is late-bound shown as `<name>`. */
function readCall(text: unknown): Call {
  const [, parts] = (text as { readonly 'Fn::Join': readonly [string, readonly unknown[]] })[
    'Fn::Join'
  ];
  const flat = parts.map((part) =>
    typeof part === 'string'
      ? part
      : `<${Object.values(part as Readonly<Record<string, unknown>>)
          .flat()
          .join('.')}>`,
  );
  return JSON.parse(flat.join('')) as Call;
}

describe('DistributedDatabaseLink', () => {
  let template: Template;

  beforeAll(() => {
    const last = buildDistributed().databaseClusters.at(-1);
    if (last === undefined) throw new Error('no cluster was made');
    template = Template.fromStack(last.stack);
  });

  it('tells each cluster the other, in its own region, and the witness again', () => {
    const links = Object.values(template.findResources('Custom::DistributedDatabaseLink'));
    const calls = links.map(({ Properties }) =>
      readCall((Properties as { readonly Create: unknown }).Create),
    );
    const own = '<GatewayCluster47699BCF.Identifier>';
    const other = '<GatewayLinkLookUpdatabaseuseast1CC9A8BCF.Parameter.Value>';
    const arn = (region: string, id: string): string =>
      `arn:<AWS::Partition>:dsql:${region}:<AWS::AccountId>:cluster/${id}`;
    expect(calls).toMatchObject([
      {
        service: 'dsql',
        action: 'UpdateCluster',
        region: 'us-east-1',
        parameters: {
          identifier: other,
          multiRegionProperties: { witnessRegion: 'us-west-2', clusters: [arn('us-east-2', own)] },
        },
      },
      {
        service: 'dsql',
        action: 'UpdateCluster',
        region: 'us-east-2',
        parameters: {
          identifier: own,
          multiRegionProperties: {
            witnessRegion: 'us-west-2',
            clusters: [arn('us-east-1', other)],
          },
        },
      },
    ]);
  });

  it('does the same when its stack is changed, one after another, and takes nothing back when it goes', () => {
    const links = Object.entries(template.findResources('Custom::DistributedDatabaseLink'));
    const [[firstId] = [''], [, second] = ['', undefined]] = links;
    expect(second?.['DependsOn']).toContain(firstId);
    for (const [, { Properties }] of links) {
      const { Create, Update, Delete } = Properties as Readonly<Record<string, unknown>>;
      expect(Update).toEqual(Create);
      expect(Delete).toBeUndefined();
    }
  });

  it('may change these clusters alone, save for a right that AWS asks for whatever is changed', () => {
    const policies = template.findResources('AWS::IAM::Policy', {
      Properties: {
        PolicyDocument: {
          Statement: Match.arrayWith([Match.objectLike({ Action: 'dsql:PutWitnessRegion' })]),
        },
      },
    });
    const statements = Object.values(policies).flatMap(
      ({ Properties }) => (Properties as Policy).PolicyDocument.Statement,
    );
    const actions = statements.map(({ Action }) => Action);
    expect(actions.slice(0, 4)).toEqual([
      ['dsql:UpdateCluster', 'dsql:GetCluster', 'dsql:PutMultiRegionProperties'],
      'dsql:AddPeerCluster',
      'dsql:PutWitnessRegion',
      'dsql:RemovePeerCluster',
    ]);
    const unscoped = statements.filter(({ Resource }) => JSON.stringify(Resource).includes('*'));
    expect(unscoped.map(({ Action }) => Action)).toEqual([
      'dsql:RemovePeerCluster',
      'dsql:RemovePeerCluster',
    ]);
    const witness = statements.filter(({ Action }) => Action === 'dsql:PutWitnessRegion');
    for (const { Condition } of witness) {
      expect(Condition).toEqual({ StringEquals: { 'dsql:WitnessRegion': 'us-west-2' } });
    }
  });
});

interface Policy {
  readonly PolicyDocument: {
    readonly Statement: readonly {
      readonly Action: unknown;
      readonly Resource: unknown;
      readonly Condition?: unknown;
    }[];
  };
}
