import { GATEWAY_ENVIRONMENT } from '../../lib/gateway-contract';
import { parseDatabaseSettings } from '../database/database-settings';
import type { DatabaseSources } from '../database/database-settings';
import { createLoginRole } from '../database/login-role';
import { migrate } from '../database/migrate';
import { PostgresDatabase } from '../database/postgres-database';
import type { Ports } from '../ports';
import { selectDirectSources } from './select-direct-sources';

/** Building an index of a large table takes its time. */
const STATEMENT_MS = 600_000;

/**
 * Brings the schema up to date, and makes the role that replicas log in as where one is named. Resolves to the numbers of the
 * steps that were applied; rejects when the database is away, so that the job is run again.
 */
export async function migrateServer(
  sources: DatabaseSources,
  { clock, random }: Pick<Ports, 'clock' | 'random'>,
): Promise<readonly number[]> {
  const settings = parseDatabaseSettings(selectDirectSources(sources) ?? sources);
  if (settings === null) {
    throw new Error('migrate needs a database: set DATABASE_URL to that of the writer');
  }
  const database = new PostgresDatabase({
    settings,
    poolLimit: 1,
    clock,
    random,
    queryTimeoutMs: STATEMENT_MS,
  });
  try {
    const steps = await migrate(database.writer);
    const loginRole = sources.environment[GATEWAY_ENVIRONMENT.databaseLoginRole] || null;
    if (loginRole !== null) await createLoginRole(database.writer, loginRole);
    return steps;
  } finally {
    await database.stop();
  }
}
