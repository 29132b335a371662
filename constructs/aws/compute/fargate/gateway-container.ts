import { RemovalPolicy } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from '../../foundation/acknowledge';
import type { GatewayImage } from '../gateway-image';
import type { PodSecret } from '../pod-secrets';

/** What tasks of replicas and of migrations have in common. */

/** Images are built for it. */
export const RUNTIME_PLATFORM: ecs.RuntimePlatform = {
  cpuArchitecture: ecs.CpuArchitecture.X86_64,
  operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
};

/** The user of the official Node images, by number; any image that needs no root takes it. */
export const USER = '1000:1000';

/** Lets the task pull the image, where it is one of a repository of ours. */
export function useImage(
  task: ecs.FargateTaskDefinition,
  { reference, repository }: GatewayImage,
): ecs.ContainerImage {
  if (repository !== null) repository.grantPull(task.obtainExecutionRole());
  return ecs.ContainerImage.fromRegistry(reference);
}

export function describeSecrets(secrets: readonly PodSecret[]): Record<string, ecs.Secret> {
  return Object.fromEntries(
    secrets.map(({ environmentName, secret, field }) => [
      environmentName,
      ecs.Secret.fromSecretsManager(secret, field ?? undefined),
    ]),
  );
}

export function createTaskLogs(scope: Construct): logs.LogGroup {
  return new logs.LogGroup(scope, 'Logs', {
    retention: logs.RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

export function acknowledgePublicEnvironment(task: ecs.FargateTaskDefinition): void {
  acknowledge(task, {
    findings: ['ECS2'],
    reason:
      'Addresses, timers and the configuration are no secrets and belong to the version that is rolled out; all that is ' +
      'secret comes by valueFrom.',
  });
}
