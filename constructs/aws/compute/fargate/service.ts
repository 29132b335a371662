import { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { AutoscalingPlan } from '../../../../lib';
import { acknowledgeUnscopedActions } from '../../foundation/acknowledge';
import { Compute, type ComputeBlockProps, type Frontend } from '../compute';
import { openDataTier } from '../data-tier-access';
import { FargateMigration } from './migration';
import { FargateOwnerTask } from './owner-task';
import { FargateTask } from './task';
import { planFargateTimers } from './timers';

export interface FargateServiceProps extends ComputeBlockProps {
  /** Null: one is created. */
  readonly cluster: ecs.ICluster | null;
  readonly requestsPerReplica: number;
}

/** LiteLLM's image migrates its database first and may take minutes; our bundle is up in a second. */
const START_SECONDS = { packaged: 60, registry: 300 } as const;

/**
 * The replicas of the gateway, as tasks on Fargate.
 *
 * Costs: at the defaults 3 to 20 tasks of one core and 2 GiB, the least memory that Fargate gives to a core.
 * Survives: the loss of a task or a zone; ECS moves tasks back into balance over the zones afterwards. A rollout that
 * fails, or during which users are failed, takes itself back. Streams of any length live through rollouts.
 * Costs at a sudden stop, as when a host is lost or health checks fail: streams that last longer than 110 s from then on.
 * Does not survive: the loss of the region.
 */
export class FargateService extends Compute {
  readonly kind = 'fargate';
  readonly workloadName: string;
  readonly resource: ecs.FargateService;
  readonly cluster: ecs.ICluster;
  readonly task: FargateTask;
  readonly role: iam.Role;

  /** Null: an image that was brought migrates by itself, and a database that follows another is migrated there. */
  readonly migration: FargateMigration | null;

  private readonly props: FargateServiceProps;
  private readonly securityGroup: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: FargateServiceProps) {
    super(scope, id);
    this.props = props;
    this.cluster = props.cluster ?? this.createCluster();
    this.task = new FargateTask(this, 'Task', {
      ...props,
      timers: planFargateTimers(props.plan.timers),
    });
    this.role = this.task.resource.taskRole as iam.Role;
    this.securityGroup = this.createSecurityGroup();
    openDataTier(this, this.securityGroup, props);
    this.resource = this.createService();
    this.migration =
      props.plan.image.kind === 'packaged' && props.schema === 'own'
        ? this.createMigration()
        : null;
    this.workloadName = this.resource.serviceName;
    acknowledgeUnscopedActions(this.task, ['*']);
  }

  serve({ targetGroup }: Frontend): void {
    this.resource.attachToApplicationTargetGroup(targetGroup);
    this.scale(targetGroup);
  }

  watchRollouts(alarms: readonly cloudwatch.Alarm[]): void {
    this.resource.enableDeploymentAlarms(
      alarms.map((alarm) => alarm.alarmName),
      { behavior: ecs.AlarmBehavior.ROLLBACK_ON_ALARM },
    );
  }

  private createCluster(): ecs.Cluster {
    return new ecs.Cluster(this, 'Cluster', {
      vpc: this.props.network.vpc,
      containerInsightsV2: ecs.ContainerInsights.ENHANCED,
    });
  }

  private createSecurityGroup(): ec2.SecurityGroup {
    return new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: this.props.network.vpc,
      description: 'Replicas of the gateway: their port from the load balancer, out to providers',
    });
  }

  private createService(): ecs.FargateService {
    const { network, plan } = this.props;
    const service = new ecs.FargateService(this, 'Resource', {
      cluster: this.cluster,
      taskDefinition: this.task.resource,
      // No number of tasks: the autoscaler owns it, and a fixed one would undo it at every deployment.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.ENABLED,
      circuitBreaker: { rollback: true },
      healthCheckGracePeriod: Duration.seconds(START_SECONDS[plan.image.kind]),
      vpcSubnets: network.computeSubnets,
      securityGroups: [this.securityGroup],
      assignPublicIp: false,
      propagateTags: ecs.PropagatedTagSource.SERVICE,
      enableECSManagedTags: true,
    });
    service.node.defaultChild?.node.addDependency(network.internetAccess);
    return service;
  }

  private createMigration(): FargateMigration {
    const { schemaOwner } = this.props;
    const task =
      schemaOwner === null
        ? this.task
        : new FargateOwnerTask(this, 'OwnerTask', { ...this.props, owner: schemaOwner });
    const migration = new FargateMigration(this, 'Migration', {
      cluster: this.cluster,
      task,
      subnets: this.props.network.computeSubnets,
      securityGroup: this.securityGroup,
    });
    const { network, database } = this.props;
    // The task needs its way out, the rights of its roles, and a database that lets it in and has its instances.
    migration.resource.node.addDependency(
      network.internetAccess,
      this.task.resource,
      task,
      this.role,
      database,
      ...this.node.children.filter((child) => child.node.id.includes('Ingress')),
    );
    this.resource.node.defaultChild?.node.addDependency(migration.resource);
    return migration;
  }

  private scale(targetGroup: ApplicationTargetGroup): void {
    const { autoscaling, requestsPerReplica } = this.props;
    const tasks = this.resource.autoScaleTaskCount({
      minCapacity: autoscaling.minReplicas,
      maxCapacity: autoscaling.maxReplicas,
    });
    const pace = planCooldowns(autoscaling);
    tasks.scaleOnCpuUtilization('Processor', {
      ...pace,
      targetUtilizationPercent: autoscaling.cpuPercent,
    });
    tasks.scaleOnRequestCount('Requests', {
      ...pace,
      targetGroup,
      requestsPerTarget: requestsPerReplica,
    });
    if (autoscaling.memoryPercent === null) return;
    tasks.scaleOnMemoryUtilization('Memory', {
      ...pace,
      targetUtilizationPercent: autoscaling.memoryPercent,
    });
  }
}

function planCooldowns({ scaleUp, scaleDown }: AutoscalingPlan): {
  readonly scaleInCooldown: Duration;
  readonly scaleOutCooldown: Duration;
} {
  return {
    scaleInCooldown: Duration.seconds(scaleDown.windowSeconds),
    scaleOutCooldown: Duration.seconds(scaleUp.windowSeconds),
  };
}
