import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsRequest } from '../../../../operations/failover/aws/aws-call';
import { createExecutor } from '../../../../operations/failover/aws/create-executor';
import type {
  DatabaseSettings,
  ExecutorSettings,
} from '../../../../operations/failover/aws/executor-settings';
import { MIGRATIONS } from '../../../../runtime/database/migrations';
import { withPostgres } from '../../../../operations/local/postgres-query';
import { createLoopbackCertificate } from '../../../support/loopback-certificate';
import { startPostgresServer, type PostgresServer } from '../../../support/postgres-server';

const HERE = 'us-west-2';
const THERE = 'us-east-1';

describe('createExecutor', () => {
  let server: PostgresServer;
  let url: URL;
  let sent: AwsRequest[];
  let lines: string[];

  beforeAll(async () => {
    server = await startPostgresServer(16);
    const { key, certificate } = createLoopbackCertificate('localhost');
    // The executor speaks to no database in the clear.
    writeFileSync(join(server.member.folder, 'server.key'), key);
    chmodSync(join(server.member.folder, 'server.key'), 0o600);
    writeFileSync(join(server.member.folder, 'server.crt'), certificate);
    await server.member.writeSettings({ ssl: 'on', fsync: 'off' });
    await server.member.stop();
    await server.member.start(() => undefined);
    url = new URL(await server.createDatabase('litellm'));
  });

  beforeEach(() => {
    sent = [];
    lines = [];
  });

  afterAll(() => server.stop());

  function describeDatabase(): DatabaseSettings {
    return {
      kind: 'rds',
      id: `litellm-${HERE}`,
      arn: 'arn:here',
      globalCluster: null,
      writerHost: url.hostname,
      readerHost: url.hostname,
      port: Number(url.port),
      databaseName: 'litellm',
      userName: url.username,
      credentialsSecret: 'litellm/database',
      arns: { [HERE]: 'arn:here', [THERE]: 'arn:there' },
      writerHosts: { [HERE]: url.hostname, [THERE]: `database-${THERE}.localhost` },
      readReplicas: [],
      backupRetentionDays: 30,
    };
  }

  /** What the services answer by the name of the command; secrets hold what the database is opened with. */
  function create(
    change: Partial<ExecutorSettings> = {},
    answers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
  ) {
    const settings: ExecutorSettings = {
      region: HERE,
      executor: 'litellm-failover',
      domainName: 'localhost',
      loadBalancerHost: '127.0.0.1',
      masterKeySecret: 'litellm/master-key',
      switchBucket: 'switches',
      accelerator: null,
      database: describeDatabase(),
      compute: { kind: 'fargate', cluster: 'c', service: 's', writerUrlSecret: 'url' },
      exchange: null,
      ...change,
    };
    const credentials = JSON.stringify({ username: url.username, password: url.password });
    const readSecret = (id: unknown) => ({ SecretString: id === 'url' ? url.href : credentials });
    return createExecutor({
      settings,
      identity: { accessKeyId: 'id', secretAccessKey: 'secret' },
      call: (request) => {
        sent.push(request);
        return Promise.resolve(
          answers[request.command] ??
            (request.command === 'GetSecretValue' ? readSecret(request.input['SecretId']) : {}),
        );
      },
      writeLog: (line) => void lines.push(line),
    });
  }

  const commands = (): readonly string[] => sent.map(({ command }) => command);
  const ask = (text: string, database = 'litellm') =>
    withPostgres(
      {
        host: url.hostname,
        port: Number(url.port),
        user: url.username,
        password: url.password,
        database,
      },
      5_000,
      (client) => client.query(text),
    );
  /** A session of the gateway's, as it would find the database now. */
  const tryToWrite = (): Promise<unknown> => ask('CREATE TABLE IF NOT EXISTS written (n integer)');
  const promote = (mode: 'real' | 'rehearsal') =>
    ({
      kind: 'step',
      mode,
      step: {
        id: `promote.${HERE}`,
        runsIn: HERE,
        action: { kind: 'promote-database', replica: HERE, from: THERE, mode: 'forced' },
      },
    }) as const;

  it('fences a real PostgreSQL over TLS, with the password of the secret, and opens it again', async () => {
    const execute = create();
    await tryToWrite();
    expect(await execute({ kind: 'stop-writes' })).toEqual({ refuses: true });
    await expect(tryToWrite()).rejects.toThrow(
      'cannot execute CREATE TABLE in a read-only transaction',
    );
    expect(await execute(promote('real'))).toMatchObject({ status: 'done' });
    await expect(tryToWrite()).resolves.toBeDefined();
    expect(sent[0]).toEqual({
      service: 'secrets-manager',
      command: 'GetSecretValue',
      input: { SecretId: 'litellm/database' },
      region: HERE,
    });
    expect(lines.join()).not.toContain(url.password);
  });

  it('comes by the readers of Aurora where the writer cannot be reached', async () => {
    const execute = create({
      database: {
        ...describeDatabase(),
        kind: 'aurora',
        globalCluster: 'g',
        writerHost: '127.0.0.2',
      },
    });
    expect(await execute({ kind: 'look-at-writes' })).toEqual({ refuses: false });
  });

  it('verifies writes where tasks write, also while its own database is out of reach', async () => {
    const table =
      'CREATE TABLE gateway_ledger_partitions (region text, boot text, calls int, max_seq int, ' +
      'micro_dollars int, PRIMARY KEY (region, boot))';
    await ask(table);
    const action = { kind: 'verify-writes', target: HERE } as const;
    const step = { id: `verify.writes.${HERE}`, runsIn: HERE, action };
    const own = { ...describeDatabase(), writerHost: '127.0.0.2', readerHost: '127.0.0.2' };
    expect(await create({ database: own })({ kind: 'step', mode: 'real', step })).toMatchObject({
      detail: 'a row was written, read back and removed',
    });
    expect((await ask('SELECT FROM gateway_ledger_partitions')).rows).toEqual([]);
  });

  it('rejects where neither answers, without a word of the password', async () => {
    const execute = create({ database: { ...describeDatabase(), port: 1 } });
    await expect(execute({ kind: 'look-at-writes' })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
      message: expect.not.stringContaining(url.password) as string,
    });
  });

  it('keeps switches in the bucket of its region', async () => {
    const close = {
      kind: 'step',
      mode: 'real',
      step: {
        id: `shift.${THERE}`,
        runsIn: HERE,
        action: { kind: 'set-region-switch', target: THERE, state: 'closed', heldIn: HERE },
      },
    } as const;
    expect(await create()(close)).toMatchObject({ status: 'done' });
    expect(sent).toMatchObject([
      { command: 'HeadObject', input: { Bucket: 'switches', Key: `closed/${THERE}` } },
    ]);
  });

  it('turns dials of the accelerator where there is one', async () => {
    const accelerator = { region: 'us-west-2', endpointGroupsParameter: '/litellm/groups' };
    const execute = create(
      { accelerator, switchBucket: null },
      {
        GetParameter: { Parameter: { Value: JSON.stringify({ [THERE]: 'arn:group' }) } },
        DescribeEndpointGroup: { EndpointGroup: { TrafficDialPercentage: 0 } },
      },
    );
    const closed = {
      kind: 'step',
      mode: 'real',
      step: {
        id: `shift.close.${THERE}`,
        runsIn: HERE,
        action: { kind: 'set-region-switch', target: THERE, state: 'closed', heldIn: 'us-west-2' },
      },
    } as const;
    expect(await execute(closed)).toMatchObject({ status: 'done' });
    expect(commands()).toEqual(['GetParameter', 'DescribeEndpointGroup']);
  });

  it('asks the fleet that runs: tasks of ECS, or the cluster', async () => {
    const scale = {
      kind: 'step',
      mode: 'rehearsal',
      step: {
        id: `scale.${HERE}`,
        runsIn: HERE,
        action: { kind: 'scale-compute', target: HERE, minReplicas: 2 },
      },
    } as const;
    await create()(scale);
    expect(commands()).toEqual(['DescribeScalableTargets', 'DescribeServices']);

    sent = [];
    const onEks = create(
      { compute: { kind: 'eks', cluster: 'c', namespace: 'litellm', workload: 'litellm' } },
      {
        DescribeCluster: {
          cluster: { endpoint: 'https://127.0.0.1:1', certificateAuthority: { data: '' } },
        },
      },
    );
    await expect(onEks(scale)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(commands()).toEqual(['DescribeCluster']);
  });

  it('hands a step to the executor of the region that it runs in', async () => {
    const event = { ...promote('real'), step: { ...promote('real').step, runsIn: THERE } };
    const Payload = Buffer.from('{"status":"done"}');
    expect(await create({}, { Invoke: { Payload } })(event)).toEqual({ status: 'done' });
    expect(sent).toEqual([
      {
        service: 'lambda',
        command: 'Invoke',
        input: { FunctionName: 'litellm-failover', Payload: JSON.stringify(event) },
        region: THERE,
      },
    ]);
  });

  describe('in a region that exchanges rows with others', () => {
    const exchange = { gateway: 'litellm', peers: [{ region: THERE, host: '127.0.0.2' }] };
    const metrics = (): readonly unknown[] =>
      lines.flatMap((line) => (line.includes('_aws') ? [JSON.parse(line)] : []));

    it('keeps them coming, over TLS, and leaves a peer that is away to the next run', async () => {
      const database = { ...describeDatabase(), databaseName: 'exchanged' };
      await server.createDatabase('exchanged');
      for (const { statements } of MIGRATIONS) {
        for (const statement of statements) await ask(statement, 'exchanged');
      }

      const report = await create({ database, exchange })({ kind: 'keep-replication' });

      expect(report).toEqual({
        region: HERE,
        peers: [
          {
            peer: THERE,
            state: 'failed',
            detail: expect.stringMatching(`${THERE} is not reached: .*ECONNREFUSED`) as string,
            lagSeconds: null,
          },
        ],
        heldBack: [],
      });
      expect(metrics()).toMatchObject([{ Region: HERE, ReplicationFailures: 1 }]);
      expect(lines.join()).not.toContain(url.password);
      const { rows } = await ask('SELECT pubname FROM pg_publication ORDER BY 1', 'exchanged');
      expect(rows).toEqual([{ pubname: 'gateway_rows' }, { pubname: 'gateway_totals' }]);
    });

    it('waits for a region that has not received all, and says so where nobody keeps rows coming', async () => {
      const step = {
        id: `rebuild.lag.${HERE}`,
        runsIn: HERE,
        action: { kind: 'await-lag', replica: HERE, maxLagSeconds: 30 },
      } as const;
      const database = { ...describeDatabase(), databaseName: 'exchanged' };
      await expect(
        create({ database, exchange })({ kind: 'step', mode: 'real', step }),
      ).rejects.toMatchObject({ name: 'NotYet' });
      await expect(async () => create()({ kind: 'keep-replication' })).rejects.toThrow(
        new Error('this region exchanges no rows with others'),
      );
    });

    it('counts a run that cannot begin as a failure', async () => {
      const database = { ...describeDatabase(), port: 1 };
      await expect(
        create({ database, exchange })({ kind: 'keep-replication' }),
      ).rejects.toMatchObject({ message: expect.stringContaining('ECONNREFUSED') as string });
      expect(metrics()).toMatchObject([{ Region: HERE, ReplicationFailures: 1 }]);
    });
  });
});
