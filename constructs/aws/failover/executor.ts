import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { failoverBundleFolder } from '../../../lib/gateway-bundle';
import { acknowledgeUnscopedActions } from '../foundation/acknowledge';
import { EXECUTOR_TIMEOUT_SECONDS } from './definition';
import type { FailoverRegion } from './failover-region';
import { listExecutorRights } from './rights';
import { type AcceleratorPlace, type ExecutorSurroundings, planExecutorSettings } from './settings';

export interface FailoverExecutorProps extends ExecutorSurroundings {
  /** Null: that of this package. */
  readonly folder: string | null;
}

const MEMORY_MIB = 512;

/**
 * The function that takes the steps of a failover in its region, and answers those of other regions. It stands in the
 * network of the region, because it speaks to the database.
 *
 * Costs: nothing while nothing happens.
 * Survives: the loss of any other region. Does not survive: that of its own; then another one leads.
 */
export class FailoverExecutor extends Construct {
  readonly resource: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: FailoverExecutorProps) {
    super(scope, id);
    const { network } = props.region;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'Steps of a failover: out to database, cluster, load balancer and AWS',
    });
    this.role = this.createRole(props);
    logGroup.grantWrite(this.role);
    this.resource = new lambda.Function(this, 'Resource', {
      functionName: props.place.names.executor,
      description: 'Takes the steps of a failover of the gateway, and of their rehearsal',
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(props.folder ?? failoverBundleFolder()),
      timeout: Duration.seconds(EXECUTOR_TIMEOUT_SECONDS),
      memorySize: MEMORY_MIB,
      role: this.role,
      vpc: network.vpc,
      vpcSubnets: network.computeSubnets,
      securityGroups: [securityGroup],
      tracing: lambda.Tracing.ACTIVE,
      logGroup,
      environment: {
        LITELLM_HA_EXECUTOR: Stack.of(this).toJsonString(planExecutorSettings(props)),
      },
    });
    this.openDoors(props.region, securityGroup);
  }

  private createRole(props: FailoverExecutorProps): iam.Role {
    const { place, region, regionSwitch, accelerator } = props;
    const role = new iam.Role(this, 'Role', {
      // The accelerator's stack, which comes later, adds rights to it by this name.
      roleName: accelerator === null ? undefined : place.names.executorRole(place.region),
      description: 'Steps of a failover of the gateway',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    const rights = listExecutorRights(this, { place, region });
    for (const right of rights) role.addToPolicy(new iam.PolicyStatement(right));
    region.secrets.masterKey.grantRead(role);
    if (region.secrets.databaseLogin === 'password') {
      region.secrets.databaseCredentials.grantRead(role);
    }
    if (region.compute.kind === 'fargate') {
      region.compute.task.writerUrl.grantRead(role);
      region.compute.task.writerUrl.grantWrite(role);
    } else {
      this.admitToCluster(role, region);
    }
    regionSwitch?.grantTurn(role);
    if (accelerator !== null) this.admitToDials(role, accelerator);
    const unscoped = new Set(
      rights.flatMap(({ resources }) => (resources ?? []).filter((name) => name.includes('*'))),
    );
    acknowledgeUnscopedActions(role, [
      ...unscoped,
      ...(regionSwitch === null ? [] : [regionSwitch.resource.arnForObjects('closed/*')]),
    ]);
    return role;
  }

  /** Here it may only look up which dials there are; whoever makes them lets it turn them. */
  private admitToDials(role: iam.Role, accelerator: AcceleratorPlace): void {
    const { region, endpointGroupsParameter } = accelerator;
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['ssm:GetParameter'],
        resources: [
          `arn:${Aws.PARTITION}:ssm:${region}:${Aws.ACCOUNT_ID}:parameter${endpointGroupsParameter}`,
        ],
      }),
    );
  }

  /** It may change what runs in the gateway's own namespace, and nothing else. */
  private admitToCluster(role: iam.Role, { compute }: FailoverRegion): void {
    if (compute.kind !== 'eks') return;
    const policy = 'eks::aws:cluster-access-policy/AmazonEKSEditPolicy';
    new CfnAccessEntry(this, 'AccessEntry', {
      clusterName: compute.resource.clusterName,
      principalArn: role.roleArn,
      accessPolicies: [
        {
          policyArn: `arn:${Stack.of(this).partition}:${policy}`,
          accessScope: { type: 'namespace', namespaces: [compute.workloadName] },
        },
      ],
    });
  }

  private openDoors({ database, compute }: FailoverRegion, executor: ec2.ISecurityGroup): void {
    const doors = [
      ...database.connections.securityGroups.map((group) => ({
        group,
        port: database.writer.port,
      })),
      ...(compute.kind === 'eks'
        ? [{ group: compute.resource.clusterSecurityGroup, port: 443 }]
        : []),
    ];
    doors.forEach(({ group, port }, index) => {
      new ec2.CfnSecurityGroupIngress(this, `Ingress${index + 1}`, {
        groupId: group.securityGroupId,
        sourceSecurityGroupId: executor.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        description: 'Steps of a failover',
      });
    });
  }
}
