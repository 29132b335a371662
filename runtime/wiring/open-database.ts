import type { GatewayConfig } from '../../lib/config/gateway-config';
import { EmbeddedDatabase, EmbeddedStoreError } from '../database/embedded-database';
import { migrate } from '../database/migrate';
import { parseDatabaseSettings } from '../database/database-settings';
import type { PostgresDatabase } from '../database/postgres-database';
import { SchemaKeeper } from '../database/schema-keeper';
import type { Database } from '../database/sql';
import type { Ports } from '../ports';
import type { Environment, GatewaySettings } from '../settings';
import { selectDirectSources } from './select-direct-sources';

export interface OpenDatabaseParts {
  readonly config: Pick<GatewayConfig, 'general'>;
  readonly settings: GatewaySettings;
  readonly environment: Environment;
  readonly ports: Pick<Ports, 'clock' | 'random' | 'writeLog'>;
  /** Longest time that a server is waited for; after it the schema is brought up to date in the background. */
  readonly patienceMs: number;
}

export interface OpenDatabase {
  readonly database: Database;
  stop(): Promise<void>;
}

/** Null, with the reason: virtual keys and the ledger need a database, and there is none. */
export type DatabaseOpening =
  | { readonly kind: 'open'; readonly open: OpenDatabase }
  | { readonly kind: 'none'; readonly reason: string };

/** PostgreSQL where the environment names one, else the store in the data folder. */
export async function openDatabase(parts: OpenDatabaseParts): Promise<DatabaseOpening> {
  const server = await createServerDatabase(parts);
  if (server !== null) return { kind: 'open', open: await openServer(server, parts) };
  const { dataFolder } = parts.settings;
  if (dataFolder === null) {
    return {
      kind: 'none',
      reason: 'neither DATABASE_URL nor a data folder (LITELLM_HA_DATA_DIR, --data) is set',
    };
  }
  try {
    const database = await EmbeddedDatabase.open(dataFolder);
    await migrate(database.writer);
    return { kind: 'open', open: { database, stop: () => database.stop() } };
  } catch (error) {
    if (!(error instanceof EmbeddedStoreError)) throw error;
    return { kind: 'none', reason: error.message };
  }
}

/** Null: no server is named. */
export async function createServerDatabase({
  config,
  environment,
  ports,
}: OpenDatabaseParts): Promise<PostgresDatabase | null> {
  const { databaseUrl, databaseReaderUrl, databaseConnectionPoolLimit } = config.general;
  const sources = {
    environment:
      databaseReaderUrl === null
        ? environment
        : { ...environment, DATABASE_URL_READ_REPLICA: databaseReaderUrl },
    configuredUrl: databaseUrl,
  };
  const settings = parseDatabaseSettings(sources);
  if (settings === null) return null;
  const { clock, random } = ports;
  // Its client is large: a gateway without a server starts faster without it.
  const { PostgresDatabase } = await import('../database/postgres-database.js');
  return new PostgresDatabase({
    settings,
    poolLimit: databaseConnectionPoolLimit,
    clock,
    random,
    path: selectDirectSources(sources) === null ? 'direct' : 'pooled',
  });
}

/** Null: there is no other way than the one of calls. One connection, which closes again when it idles. */
async function createDirectDatabase({
  config,
  environment,
  ports,
}: OpenDatabaseParts): Promise<PostgresDatabase | null> {
  const sources = { environment, configuredUrl: config.general.databaseUrl };
  const directSources = selectDirectSources(sources);
  const settings = directSources === null ? null : parseDatabaseSettings(directSources);
  if (settings === null) return null;
  const { clock, random } = ports;
  const { PostgresDatabase } = await import('../database/postgres-database.js');
  return new PostgresDatabase({ settings, poolLimit: 1, clock, random });
}

async function openServer(
  database: PostgresDatabase,
  parts: OpenDatabaseParts,
): Promise<OpenDatabase> {
  if (parts.settings.schemaUpdates === 'elsewhere') {
    return { database, stop: () => database.stop() };
  }
  const direct = await createDirectDatabase(parts);
  const schema = new SchemaKeeper(direct ?? database, parts.ports);
  const stop = async (): Promise<void> => {
    schema.stop();
    await Promise.all([database.stop(), direct?.stop()]);
  };
  try {
    await schema.start(parts.patienceMs);
  } catch (error) {
    await stop();
    throw error;
  }
  return { database, stop };
}
