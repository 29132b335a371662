import type { ExecutorSettings } from '../../../../operations/failover/aws/executor-settings';
import { createReplicationKeeper } from '../../../../operations/failover/aws/replication-keeper';

const SETTINGS = {
  region: 'us-west-2',
  database: {
    kind: 'rds',
    writerHost: '127.0.0.1',
    port: 1,
    databaseName: 'litellm',
    userName: 'litellm',
    credentialsSecret: 'litellm/database',
  },
  exchange: { gateway: 'litellm', peers: [{ region: 'us-east-1', host: '127.0.0.2' }] },
} as unknown as ExecutorSettings;

function create(settings: ExecutorSettings) {
  const lines: string[] = [];
  const keeper = createReplicationKeeper({
    settings,
    readSecret: () => Promise.resolve('{"username":"litellm","password":"aSecretWord"}'),
    writeLog: (line) => void lines.push(line),
    wait: () => Promise.resolve(),
    readNowMs: () => 1_764_000_000_000,
  });
  return { keeper, lines };
}

describe('createReplicationKeeper', () => {
  it('makes none for a region that exchanges no rows', () => {
    expect(create({ ...SETTINGS, exchange: null }).keeper).toBeNull();
  });

  it('tells a run that cannot begin as a failure, and names what is wrong', async () => {
    const { keeper, lines } = create(SETTINGS);

    await expect(keeper?.keep()).rejects.toMatchObject({
      message: 'us-west-2 is not reached: connect ECONNREFUSED 127.0.0.1:1',
    });

    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { _aws: { Timestamp: 1_764_000_000_000 }, Region: 'us-west-2', ReplicationFailures: 1 },
    ]);
    expect(lines.join()).not.toContain('aSecretWord');
  });

  it('knows no lag where its own database does not answer', async () => {
    await expect(create(SETTINGS).keeper?.readLagSeconds()).rejects.toMatchObject({
      message: expect.stringContaining('is not reached') as string,
    });
  });
});
