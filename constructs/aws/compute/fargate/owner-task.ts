import { RemovalPolicy } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { SchemaOwner } from '../../database/login';
import { acknowledgeUnscopedActions } from '../../foundation/acknowledge';
import type { ComputeBlockProps } from '../compute';
import { createGatewayImage } from '../gateway-image';
import { planOwnerMigration } from '../owner-migration';
import { acknowledgePublicEnvironment } from './task';

export interface FargateOwnerTaskProps extends ComputeBlockProps {
  readonly owner: SchemaOwner;
}

const USER = '1000:1000';
/** The smallest there is: a migration sends statements and waits. */
const SIZE = { cpu: 256, memoryMib: 512 } as const;

/**
 * The migration as a task of its own, where replicas do not own the schema: it alone is handed the password of the owner, read
 * anew whenever it starts, and none of the secrets of replicas.
 *
 * Costs: nothing while it does not run.
 */
export class FargateOwnerTask extends Construct {
  readonly resource: ecs.FargateTaskDefinition;
  readonly gateway: ecs.ContainerDefinition;

  constructor(scope: Construct, id: string, props: FargateOwnerTaskProps) {
    super(scope, id);
    this.resource = new ecs.FargateTaskDefinition(this, 'Resource', {
      cpu: SIZE.cpu,
      memoryLimitMiB: SIZE.memoryMib,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.X86_64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    this.gateway = this.addGateway(props);
    acknowledgePublicEnvironment(this.resource);
    acknowledgeUnscopedActions(this, ['*']);
  }

  private addGateway(props: FargateOwnerTaskProps): ecs.ContainerDefinition {
    const { reference, repository } = createGatewayImage(this, props.plan, props.gatewayFolder);
    if (repository !== null) repository.grantPull(this.resource.obtainExecutionRole());
    const { environment, secrets } = planOwnerMigration(props.owner, props);
    return this.resource.addContainer('Gateway', {
      image: ecs.ContainerImage.fromRegistry(reference),
      user: USER,
      command: [],
      environment: { ...environment },
      secrets: Object.fromEntries(
        secrets.map(({ environmentName, secret, field }) => [
          environmentName,
          ecs.Secret.fromSecretsManager(secret, field ?? undefined),
        ]),
      ),
      readonlyRootFilesystem: true,
      linuxParameters: new ecs.LinuxParameters(this, 'Linux', { initProcessEnabled: true }),
      logging: ecs.LogDriver.awsLogs({ logGroup: this.createLogGroup(), streamPrefix: 'migrate' }),
    });
  }

  private createLogGroup(): logs.LogGroup {
    return new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
