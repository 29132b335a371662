import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { createAuroraReplication } from './aurora-replication';
import type { AwsCall } from './aws-call';
import { createEksFleet } from './eks-fleet';
import { execute, type ExecutorEvent } from './executor';
import type { ComputeFleet, StoredRecord } from './executor-ports';
import type { DatabaseSettings, ExecutorSettings } from './executor-settings';
import { createFargateFleet } from './fargate-fleet';
import { createGatewayProbe } from './https-gateway-probe';
import { createKubernetesRequest, type AwsIdentity } from './kubernetes-request';
import { createForward, createLambdaPeers } from './lambda-peers';
import { createRdsReplication } from './rds-replication';
import { createS3Switches } from './s3-switches';
import { createSqlDatabase, type RunSql } from './sql-database';

const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 50_000;

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
}: ExecutorSurroundings): (event: ExecutorEvent) => Promise<unknown> {
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
    expire: async (delayMs: number): Promise<never> => {
      await delay(delayMs, undefined, { ref: false });
      throw new Error(`no answer within ${delayMs / 1000} s`);
    },
  };
  const ports = {
    database: createSqlDatabase({
      run: createRunSql(settings, readSecret),
      databaseName: database.databaseName,
      region,
      kind: database.kind,
    }),
    replication:
      database.kind === 'aurora'
        ? createAuroraReplication(call, region, database)
        : createRdsReplication(call, region, database),
    compute: createFleet({ settings, identity, call }),
    switches: createS3Switches(call, region, settings.switchBucket),
    gateway: createGatewayProbe({
      domainName: settings.domainName,
      loadBalancerHost: settings.loadBalancerHost,
      readMasterKey: () => readSecret(settings.masterKeySecret),
    }),
    peers: createLambdaPeers(peers),
    wait: (delayMs: number) => delay(delayMs),
  };
  return (event) => execute(event, { region, ports, forward: createForward(peers), writeLog });
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
function createRunSql(
  { database }: ExecutorSettings,
  readSecret: (id: string) => Promise<string>,
): RunSql {
  return async (statements) => {
    const { password } = JSON.parse(await readSecret(database.credentialsSecret)) as {
      readonly password: string;
    };
    const client = await connect(database, password);
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
  password: string,
): Promise<Client> {
  const reach = async (host: string): Promise<Client> => {
    const client = new Client({
      host,
      port,
      user: userName,
      password,
      database: databaseName,
      // Encrypted, as replicas connect; no image carries the authority of RDS.
      ssl: { rejectUnauthorized: false },
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
    });
    // An end of the connection that nobody waits for must not end the process.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  if (readerHost === writerHost) return reach(writerHost);
  return reach(writerHost).catch(() => reach(readerHost));
}
