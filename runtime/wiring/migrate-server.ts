import { parseDatabaseSettings } from '../database/database-settings';
import type { DatabaseSources } from '../database/database-settings';
import { migrate } from '../database/migrate';
import { PostgresDatabase } from '../database/postgres-database';
import type { Ports } from '../ports';

/** Building an index of a large table takes its time. */
const STATEMENT_MS = 600_000;

/** Resolves to the numbers of the steps that were applied; rejects when the database is away, so that the job is run again. */
export async function migrateServer(
  sources: DatabaseSources,
  { clock, random }: Pick<Ports, 'clock' | 'random'>,
): Promise<readonly number[]> {
  const settings = parseDatabaseSettings(sources);
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
    return await migrate(database.writer);
  } finally {
    await database.stop();
  }
}
