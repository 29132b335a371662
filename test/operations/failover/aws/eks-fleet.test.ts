import { createEksFleet } from '../../../../operations/failover/aws/eks-fleet';
import { renderEksToken } from '../../../../operations/failover/aws/kubernetes-request';
import type { DatabaseSettings } from '../../../../operations/failover/aws/executor-settings';

const COMPUTE = { kind: 'eks', cluster: 'c', namespace: 'litellm', workload: 'litellm' } as const;
const DATABASE = {
  writerHosts: { 'us-west-2': 'own.rds', 'us-east-1': 'database-us-east-1.api.example.com' },
} as unknown as DatabaseSettings;

function createFleet(url: string) {
  const sent: unknown[] = [];
  const fleet = createEksFleet(
    (method, path, body) => {
      sent.push([method, path.split('/').at(-2), body]);
      return Promise.resolve(
        path.includes('horizontalpodautoscalers')
          ? { spec: { minReplicas: 2 } }
          : {
              metadata: { generation: 3 },
              spec: {
                replicas: 4,
                template: {
                  spec: {
                    containers: [{ name: 'gateway', env: [{ name: 'DATABASE_URL', value: url }] }],
                  },
                },
              },
              status: { observedGeneration: 3, readyReplicas: 4, updatedReplicas: 4 },
            },
      );
    },
    COMPUTE,
    DATABASE,
  );
  return { fleet, sent };
}

describe('createEksFleet', () => {
  const elsewhere =
    'postgresql://litellm:$(DATABASE_PASSWORD)@database-us-east-1.api.example.com:5432/litellm';

  it('reads the floor of the scaler and the replicas that are ready', async () => {
    expect(await createFleet(elsewhere).fleet.readState()).toEqual({ floor: 2, ready: 4 });
  });

  it('tells where pods write, and rejects an address that names no host', async () => {
    expect(await createFleet(elsewhere).fleet.readWriterHost()).toBe(
      'database-us-east-1.api.example.com',
    );
    await expect(createFleet('postgresql:///litellm').fleet.readWriterHost()).rejects.toThrow(
      new Error('DATABASE_URL names no host'),
    );
  });

  it('changes the host of the writer and leaves the password a reference', async () => {
    const { fleet, sent } = createFleet(elsewhere);
    expect(await fleet.isRedirected('us-west-2')).toBe(false);
    expect(await fleet.isRedirected('us-east-1')).toBe(true);
    await fleet.redirectWrites('us-west-2');
    expect(JSON.stringify(sent.at(-1))).toContain(
      'postgresql://litellm:$(DATABASE_PASSWORD)@own.rds:5432/litellm',
    );
  });
});

describe('renderEksToken', () => {
  it('is a signed request to STS of this region, for this cluster', () => {
    const token = renderEksToken({
      region: 'us-west-2',
      cluster: 'c',
      identity: { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'session' },
    });
    const url = new URL(Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString());
    expect(url.host).toBe('sts.us-west-2.amazonaws.com');
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-k8s-aws-id');
    expect(url.searchParams.get('X-Amz-Security-Token')).toBe('session');
    expect(token).not.toContain('secret');
  });
});
