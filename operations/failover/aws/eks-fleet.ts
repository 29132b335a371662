import { GATEWAY_ENVIRONMENT } from '../../../lib';
import type { ComputeFleet } from './executor-ports';
import { selectWriterHost, type ComputeSettings, type DatabaseSettings } from './executor-settings';
import type { KubernetesRequest } from './kubernetes-request';

interface Scaler {
  readonly spec?: { readonly minReplicas?: number };
}

interface Deployment {
  readonly metadata?: { readonly generation?: number };
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
  };
}

interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

/** Replicas as pods: the floor is the HorizontalPodAutoscaler's, the address of the writer stands in the Deployment. */
export function createEksFleet(
  request: KubernetesRequest,
  { namespace, workload }: Extract<ComputeSettings, { readonly kind: 'eks' }>,
  database: DatabaseSettings,
): ComputeFleet {
  const scaler = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${workload}`;
  const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/${workload}`;
  const readDeployment = async (): Promise<Deployment> =>
    (await request('GET', deployment)) as Deployment;
  return {
    readState: async () => {
      const { spec } = (await request('GET', scaler)) as Scaler;
      const { status } = await readDeployment();
      return { floor: spec?.minReplicas ?? 0, ready: status?.readyReplicas ?? 0 };
    },
    setFloor: async (minReplicas) => {
      await request('PATCH', scaler, { spec: { minReplicas } });
    },
    redirectWrites: async (writer) => {
      const { name, url } = findWriterUrl(await readDeployment());
      const value = replaceHost(url, selectWriterHost(database, writer));
      if (value === url) return;
      const env = [{ name: GATEWAY_ENVIRONMENT.databaseUrl, value }];
      await request('PATCH', deployment, {
        spec: { template: { spec: { containers: [{ name, env }] } } },
      });
    },
    isRedirected: async (writer) => {
      const found = await readDeployment();
      const { url } = findWriterUrl(found);
      const { metadata, spec, status } = found;
      return (
        url === replaceHost(url, selectWriterHost(database, writer)) &&
        status?.observedGeneration === metadata?.generation &&
        status?.updatedReplicas === spec?.replicas &&
        status?.readyReplicas === spec?.replicas
      );
    },
    readWriterHost: async () => readHost(findWriterUrl(await readDeployment()).url),
  };
}

function findWriterUrl({ spec }: Deployment): { readonly name: string; readonly url: string } {
  for (const { name, env } of spec?.template?.spec?.containers ?? []) {
    const url = env?.find((each) => each.name === GATEWAY_ENVIRONMENT.databaseUrl)?.value;
    if (url !== undefined) return { name, url };
  }
  throw new Error(`no container of the workload has ${GATEWAY_ENVIRONMENT.databaseUrl}`);
}

/** The password is a reference that no parser of addresses would leave alone. */
const HOST = /(?<=@)[^@:/]+(?=:\d+\/)/;

function replaceHost(url: string, host: string): string {
  return url.replace(HOST, host);
}

function readHost(url: string): string {
  const [host] = HOST.exec(url) ?? [];
  if (host === undefined) throw new Error(`${GATEWAY_ENVIRONMENT.databaseUrl} names no host`);
  return host;
}
