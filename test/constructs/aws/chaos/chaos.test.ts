import { Match } from 'aws-cdk-lib/assertions';
import { Chaos, Compute, Database, GatewayConfig } from '../../../../constructs/aws';
import { planDatabaseExperiments } from '../../../../constructs/aws/chaos/data-experiments';
import type { DistributedDatabase } from '../../../../constructs/aws/database/distributed/database';
import { type CloudFormationTemplate, readManifests } from '../../../../constructs/aws/testing';
import { build, buildDefaults, type Built, gatewayFolder, onEks, shortStreams } from '../support';

interface TemplateProperties {
  readonly Actions: Readonly<
    Record<string, { readonly ActionId: string; readonly StartAfter?: readonly string[] }>
  >;
  readonly Targets: Readonly<Record<string, unknown>>;
  readonly ExperimentOptions: unknown;
  readonly StopConditions: readonly { readonly Source: string; readonly Value: unknown }[];
  readonly Tags: { readonly Name: string };
}

function experiments({ template }: Built): readonly TemplateProperties[] {
  return Object.values(template.findResources('AWS::FIS::ExperimentTemplate')).map(
    (each) => each['Properties'] as TemplateProperties,
  );
}

let shared: Built | null = null;
function buildOnFargate(): Built {
  shared ??= build((props) => ({
    ...props,
    ...shortStreams(),
    compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
    chaos: Chaos.faultInjection(),
  }));
  return shared;
}

let pods: Built | null = null;
function buildOnEks(): Built {
  pods ??= build((props) => ({ ...props, chaos: Chaos.faultInjection() }));
  return pods;
}

/** They wait and ask; all others hurt. */
const HARMLESS = ['aws:fis:wait', 'aws:cloudwatch:assert-alarm-state'];

describe('Chaos', () => {
  it('breaks nothing unless it is asked for', () => {
    buildDefaults().template.resourceCountIs('AWS::FIS::ExperimentTemplate', 0);
  });

  it.each([
    ['Fargate', buildOnFargate, 'aws:ecs:stop-task'],
    ['EKS', buildOnEks, 'aws:eks:pod-delete'],
  ])('has eight experiments of eight actions that hurt on %s', (_, create, ofReplicas) => {
    const all = experiments(create());
    expect(all.map(({ Tags }) => Tags.Name)).toEqual([
      'ReplicasZoneLoss',
      'DataZoneLoss',
      'ZoneEvacuation',
      'AwsServicesLoss',
      'DatabaseFailover',
      'DatabaseReplicaLoss',
      'CacheZoneLoss',
      'ReplicaLoss',
    ]);
    const actions = all.flatMap(({ Actions }) => Object.values(Actions));
    const hurting = actions.filter(({ ActionId }) => !HARMLESS.includes(ActionId));
    expect(hurting).toHaveLength(8);
    expect(new Set(hurting.map(({ ActionId }) => ActionId))).toEqual(
      new Set([
        'aws:network:disrupt-connectivity',
        'aws:arc:start-zonal-autoshift',
        'aws:network:disrupt-vpc-endpoint',
        'aws:rds:reboot-db-instances',
        'aws:elasticache:replicationgroup-interrupt-az-power',
        ofReplicas,
      ]),
    );
  });

  it.each([
    ['Fargate', buildOnFargate],
    ['EKS', buildOnEks],
  ])('stops each when users are failed, and fails each that hits nothing, on %s', (_, create) => {
    const built = create();
    const [alarm] = built.gateway.monitoring.stopAlarms;
    for (const { StopConditions, ExperimentOptions } of experiments(built)) {
      expect(StopConditions).toEqual([
        { Source: 'aws:cloudwatch:alarm', Value: built.stack.resolve(alarm?.alarmArn) },
      ]);
      expect(ExperimentOptions).toEqual({
        AccountTargeting: 'single-account',
        EmptyTargetResolutionMode: 'fail',
      });
    }
  });

  it('ends each by asking whether users were served, after all else', () => {
    for (const { Actions } of [...experiments(buildOnFargate()), ...experiments(buildOnEks())]) {
      const { UsersWereServed, ...others } = Actions;
      expect(UsersWereServed?.StartAfter).toEqual(Object.keys(others));
    }
  });

  it('may break what its experiments name, and nothing else', () => {
    const breaking = [buildOnFargate(), buildOnEks()]
      .flatMap(({ template }) => Object.entries(template.findResources('AWS::IAM::Policy')))
      .filter(([id]) => id.includes('ChaosRole'))
      .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement)
      .filter(({ Resource }) => Resource === '*')
      .flatMap(({ Action }) => Action as string[]);
    for (const action of breaking) {
      expect(action).toMatch(/:(Describe|List|Get|CreateLogDelivery|PutResourcePolicy)/);
    }
  });

  it('deletes security groups of its own network alone', () => {
    const { stack, gateway, template } = buildOnEks();
    const statements = Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.includes('ChaosRole'))
      .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement);
    const deleting = statements.filter(({ Action }) => Action.includes('ec2:DeleteSecurityGroup'));
    expect(deleting).toHaveLength(1);
    expect(JSON.stringify(deleting[0].Condition.ArnEquals['ec2:Vpc'])).toContain(
      JSON.stringify(stack.resolve(gateway.network.networkId)),
    );
  });

  it('cuts off what replicas need to start, and no provider', () => {
    const { stack, gateway, template } = build((props) => ({
      ...props,
      config: GatewayConfig.fromYaml(
        'model_list:\n  - model_name: claude\n    litellm_params:\n      model: bedrock/claude\n',
      ),
      secrets: {},
      chaos: Chaos.faultInjection(),
    }));
    const services = Object.values(template.findResources('AWS::FIS::ExperimentTemplate')).find(
      (each) => each['Properties'].Tags.Name === 'AwsServicesLoss',
    );
    const text = JSON.stringify(services?.['Properties'].Targets);
    const endpoints = gateway.network.endpoints;
    expect(endpoints?.resources).toHaveLength(7);
    expect(endpoints?.neededToStart).toHaveLength(5);
    for (const endpoint of endpoints?.resources ?? []) {
      const named = text.includes(JSON.stringify(stack.resolve(endpoint.vpcEndpointId)));
      expect([endpoint.node.id, named]).toEqual([
        endpoint.node.id,
        !['EksAuth', 'BedrockRuntime'].includes(endpoint.node.id),
      ]);
    }
  });

  it('kills pods by label as an account of the namespace that may do so, and that nobody else is', () => {
    const { stack, gateway, template } = buildOnEks();
    const { workloadName, resource } = onEks(gateway);
    expect(experiments(buildOnEks()).at(-1)).toMatchObject({
      Targets: {
        Pods: {
          ResourceType: 'aws:eks:pod',
          SelectionMode: 'PERCENT(34)',
          Parameters: {
            clusterIdentifier: stack.resolve(resource.clusterName),
            namespace: workloadName,
            selectorType: 'labelSelector',
            selectorValue: 'app=litellm',
          },
        },
      },
      Actions: {
        Kill: {
          Parameters: {
            gracePeriodSeconds: '0',
            kubernetesServiceAccount: 'litellm-experiments',
            fisPodSecurityPolicy: 'restricted',
          },
          Targets: { Pods: 'Pods' },
        },
      },
    });
    const manifests = readManifests(template.toJSON() as CloudFormationTemplate);
    const named = manifests.filter(
      ({ metadata }) => (metadata as { name: string }).name === 'litellm-experiments',
    );
    expect(named.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'Role', 'RoleBinding']);
    for (const { metadata } of named) {
      expect((metadata as { namespace: string }).namespace).toBe(workloadName);
    }
    expect(named[2]).toMatchObject({
      roleRef: { kind: 'Role', name: 'litellm-experiments' },
      subjects: [
        { kind: 'ServiceAccount', name: 'litellm-experiments', namespace: 'litellm' },
        { kind: 'User', name: 'litellm-experiments' },
      ],
    });
    template.hasResourceProperties('AWS::EKS::AccessEntry', {
      ClusterName: stack.resolve(resource.clusterName),
      PrincipalArn: stack.resolve(gateway.chaos?.role.roleArn),
      Username: 'litellm-experiments',
      AccessPolicies: Match.absent(),
    });
    const pods = manifests.find(({ kind }) => kind === 'Deployment') as unknown as {
      spec: { template: { metadata: { labels: Record<string, string> } } };
    };
    expect(pods.spec.template.metadata.labels['app']).toBe('litellm');
  });

  it('admits nobody to a cluster that has no experiments', () => {
    expect(JSON.stringify(buildDefaults().template.toJSON())).not.toContain('-experiments');
  });

  it('leaves endpoints alone that somebody else keeps, and fails Aurora over by its own action', () => {
    const built = build((props) => ({
      ...props,
      vpcEndpoints: 'gateway',
      database: Database.aurora(),
      chaos: Chaos.faultInjection(),
    }));
    const all = experiments(built);
    expect(all.map(({ Tags }) => Tags.Name)).toEqual([
      'ReplicasZoneLoss',
      'DataZoneLoss',
      'ZoneEvacuation',
      'DatabaseFailover',
      'DatabaseReplicaLoss',
      'CacheZoneLoss',
      'ReplicaLoss',
    ]);
    expect(all[3]?.Actions['Failover']?.ActionId).toBe('aws:rds:failover-db-cluster');
    const readers = JSON.stringify(all[4]?.Targets);
    const ids = Object.keys(built.template.findResources('AWS::RDS::DBInstance'));
    for (const id of ids) expect([id, readers.includes(id)]).toEqual([id, !id.includes('Writer')]);
  });
});

describe('planDatabaseExperiments', () => {
  it('takes away the way to a database that has nothing to fail over', () => {
    const arn = 'arn:aws:dsql:us-east-1:111111111111:cluster/one';
    const [loss, ...others] = planDatabaseExperiments({
      kind: 'distributed',
      arn,
    } as DistributedDatabase);
    expect(others).toEqual([]);
    expect(loss?.targets).toEqual({
      Clusters: { resourceType: 'aws:dsql:cluster', resourceArns: [arn], selectionMode: 'ALL' },
    });
    expect(loss?.actions['CutOff']).toEqual({
      actionId: 'aws:dsql:cluster-connection-failure',
      parameters: { duration: 'PT10M', percentage: '100' },
      targets: { Clusters: 'Clusters' },
    });
    expect(loss?.rights.flatMap(({ conditions }) => conditions ?? [])).toEqual([
      {
        StringEquals: { 'dsql:FisActionId': 'aws:dsql:cluster-connection-failure' },
        'ForAllValues:ArnLike': { 'dsql:FisTargetArns': arn },
      },
    ]);
  });
});
