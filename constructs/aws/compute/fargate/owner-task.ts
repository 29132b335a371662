import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { SchemaOwner } from '../../database/login';
import { acknowledgeUnscopedActions } from '../../foundation/acknowledge';
import type { ComputeBlockProps } from '../compute';
import { createGatewayImage } from '../gateway-image';
import { planOwnerMigration } from '../owner-migration';
import {
  acknowledgePublicEnvironment,
  createTaskLogs,
  describeSecrets,
  RUNTIME_PLATFORM,
  useImage,
  USER,
} from './gateway-container';

export interface FargateOwnerTaskProps extends ComputeBlockProps {
  readonly owner: SchemaOwner;
}

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
      runtimePlatform: RUNTIME_PLATFORM,
    });
    this.gateway = this.addGateway(props);
    acknowledgePublicEnvironment(this.resource);
    acknowledgeUnscopedActions(this, ['*']);
  }

  private addGateway(props: FargateOwnerTaskProps): ecs.ContainerDefinition {
    const image = createGatewayImage(this, props.plan, props.gatewayFolder);
    const { environment, secrets } = planOwnerMigration(props.owner, props);
    return this.resource.addContainer('Gateway', {
      image: useImage(this.resource, image),
      user: USER,
      command: [],
      environment: { ...environment },
      secrets: describeSecrets(secrets),
      readonlyRootFilesystem: true,
      linuxParameters: new ecs.LinuxParameters(this, 'Linux', { initProcessEnabled: true }),
      logging: ecs.LogDriver.awsLogs({ logGroup: createTaskLogs(this), streamPrefix: 'migrate' }),
    });
  }
}
