import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { containPostgres } from '../../../lib/contain-postgres';
import { createAcceleratorSwitches } from './accelerator-switches';
import { createAuroraReplication } from './aurora-replication';
import type { AwsCall } from './aws-call';
import { createEksFleet } from './eks-fleet';
import { execute, type ExecutorEvent } from './executor';
import { createDatabaseLogin, type DatabaseLogin, type DatabaseLoginInput } from './database-login';
import { createDsqlDatabase, createDsqlReplication } from './dsql-database';
import type { ComputeFleet, RegionalDatabase, Replication, StoredRecord } from './executor-ports';
import type { DatabaseSettings, ExecutorSettings } from './executor-settings';
import { createFargateFleet } from './fargate-fleet';
import { createGatewayProbe } from './https-gateway-probe';
import { createKubernetesRequest, type AwsIdentity } from './kubernetes-request';
import { createForward, createLambdaPeers, expireAfter } from './lambda-peers';
import { createRdsReplication } from './rds-replication';
import {
  createReplicationKeeper,
  type KeepReplicationEvent,
  type ReplicationKeeper,
} from './replication-keeper';
import { createS3Switches } from './s3-switches';
import { createSqlDatabase, type RunSql } from './sql-database';

const CONNECT_TIMEOUT_MS = 10_000;

export interface ExecutorSurroundings {
  readonly settings: ExecutorSettings;
  readonly identity: AwsIdentity;
  readonly call: AwsCall;
  readonly writeLog: (line: string) => void;
}

/** Joins the parts of an executor to what is around it: services of AWS, the database, the gateway, and other regions. */
export function createExecutor({
  settings,
  identity,
  call,
  writeLog,
}: ExecutorSurroundings): (event: ExecutorEvent | KeepReplicationEvent) => Promise<unknown> {
  const { region, database } = settings;
  const readSecret = async (id: string): Promise<string> => {
    const { SecretString } = await call({
      service: 'secrets-manager',
      command: 'GetSecretValue',
      input: { SecretId: id },
      region,
    });
    return String(SecretString);
  };
  const peers = {
    call,
    executor: settings.executor,
    expire: expireAfter,
  };
  const keeper = createReplicationKeeper({
    settings,
    readSecret,
    writeLog,
    wait: (delayMs) => delay(delayMs),
    readNowMs: () => Date.now(),
  });
  const ports = {
    database: {
      ...createDatabase(settings, createRunSql({ database, region, identity, readSecret })),
      ...(keeper === null ? {} : { readLagSeconds: () => keeper.readLagSeconds() }),
    },
    replication: createReplication(call, region, database),
    compute: createFleet({ settings, identity, call }),
    switches:
      settings.accelerator === null
        ? createS3Switches(call, region, settings.switchBucket)
        : createAcceleratorSwitches(call, settings.accelerator),
    gateway: createGatewayProbe({
      domainName: settings.domainName,
      loadBalancerHost: settings.loadBalancerHost,
      readMasterKey: () => readSecret(settings.masterKeySecret),
    }),
    peers: createLambdaPeers(peers),
    wait: (delayMs: number) => delay(delayMs),
  };
  return (event) =>
    event.kind === 'keep-replication'
      ? requireKeeper(keeper).keep()
      : execute(event, { region, ports, forward: createForward(peers), writeLog });
}

function requireKeeper(keeper: ReplicationKeeper | null): ReplicationKeeper {
  if (keeper === null) throw new Error('this region exchanges no rows with others');
  return keeper;
}

function createDatabase(
  { region, database: { kind, databaseName } }: ExecutorSettings,
  run: RunSql,
): RegionalDatabase {
  return kind === 'dsql'
    ? createDsqlDatabase({ run, databaseName, region })
    : createSqlDatabase({ run, databaseName, region, kind });
}

function createReplication(call: AwsCall, region: string, database: DatabaseSettings): Replication {
  switch (database.kind) {
    case 'aurora':
      return createAuroraReplication(call, region, database);
    case 'rds':
      return createRdsReplication(call, region, database);
    case 'dsql':
      return createDsqlReplication();
  }
}

function createFleet({
  settings: { region, compute, database },
  identity,
  call,
}: Pick<ExecutorSurroundings, 'settings' | 'identity' | 'call'>): ComputeFleet {
  switch (compute.kind) {
    case 'fargate':
      return createFargateFleet({ call, region, compute, database });
    case 'eks':
      return createEksFleet(
        createKubernetesRequest({ call, region, cluster: compute.cluster, identity }),
        compute,
        database,
      );
  }
}

/** A new connection each time: what was promoted or fenced meanwhile is seen by new ones. */
function createRunSql({
  database,
  ...access
}: DatabaseLoginInput & { readonly database: DatabaseSettings }): RunSql {
  return async (statements, host) => {
    const server =
      host === undefined ? database : { ...database, writerHost: host, readerHost: host };
    const login = await createDatabaseLogin(server.writerHost, { database, ...access });
    const client = await connect(server, login);
    try {
      const answers: (readonly StoredRecord[])[] = [];
      for (const { text, values } of statements) {
        answers.push((await client.query<StoredRecord>(text, [...(values ?? [])])).rows);
      }
      return answers;
    } finally {
      await client.end();
    }
  };
}

/** The own address of an Aurora cluster that follows another leads nowhere; its readers answer either way. */
async function connect(
  { writerHost, readerHost, port, userName, databaseName }: DatabaseSettings,
  login: DatabaseLogin,
): Promise<Client> {
  const reach = async (host: string): Promise<Client> => {
    const client = containPostgres(
      new Client({
        host,
        port,
        user: userName,
        database: databaseName,
        ...login,
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      }),
    );
    await client.connect();
    return client;
  };
  if (readerHost === writerHost) return reach(writerHost);
  return reach(writerHost).catch(() => reach(readerHost));
}
