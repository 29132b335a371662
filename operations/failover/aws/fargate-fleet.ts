import type { AwsCall } from './aws-call';
import type { ComputeFleet } from './executor-ports';
import { selectWriterHost, type ComputeSettings, type DatabaseSettings } from './executor-settings';

interface Service {
  readonly runningCount?: number;
  readonly deployments?: readonly { readonly rolloutState?: string }[];
}

export interface FargateFleetInput {
  readonly call: AwsCall;
  readonly region: string;
  readonly compute: Extract<ComputeSettings, { readonly kind: 'fargate' }>;
  readonly database: DatabaseSettings;
}

/** Replicas as tasks of ECS: the floor is the autoscaler's, the address of the writer stands in a secret. */
export function createFargateFleet({
  call,
  region,
  compute: { cluster, service, writerUrlSecret },
  database,
}: FargateFleetInput): ComputeFleet {
  const target = {
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
  };
  const resourceId = `service/${cluster}/${service}`;
  const findService = async (): Promise<Service> => {
    const input = { cluster, services: [service] };
    const { services } = await call({ service: 'ecs', command: 'DescribeServices', input, region });
    return (services as readonly Service[] | undefined)?.[0] ?? {};
  };
  const readUrl = async (): Promise<URL> => {
    const input = { SecretId: writerUrlSecret };
    const { SecretString } = await call({
      service: 'secrets-manager',
      command: 'GetSecretValue',
      input,
      region,
    });
    return new URL(String(SecretString));
  };
  return {
    readState: async () => {
      const { ScalableTargets } = await call({
        service: 'application-auto-scaling',
        command: 'DescribeScalableTargets',
        input: { ...target, ResourceIds: [resourceId] },
        region,
      });
      const [found] = (ScalableTargets as readonly { MinCapacity?: number }[] | undefined) ?? [];
      return { floor: found?.MinCapacity ?? 0, ready: (await findService()).runningCount ?? 0 };
    },
    setFloor: async (minReplicas) => {
      await call({
        service: 'application-auto-scaling',
        command: 'RegisterScalableTarget',
        input: { ...target, ResourceId: resourceId, MinCapacity: minReplicas },
        region,
      });
    },
    redirectWrites: async (writer) => {
      const host = selectWriterHost(database, writer);
      const url = await readUrl();
      if (url.hostname === host) return;
      url.hostname = host;
      await call({
        service: 'secrets-manager',
        command: 'PutSecretValue',
        input: { SecretId: writerUrlSecret, SecretString: url.href },
        region,
      });
      await call({
        service: 'ecs',
        command: 'UpdateService',
        input: { cluster, service, forceNewDeployment: true },
        region,
      });
    },
    isRedirected: async (writer) => {
      if ((await readUrl()).hostname !== selectWriterHost(database, writer)) return false;
      const { deployments = [] } = await findService();
      return deployments.length === 1 && deployments[0]?.rolloutState === 'COMPLETED';
    },
    readWriterHost: async () => (await readUrl()).hostname,
  };
}
