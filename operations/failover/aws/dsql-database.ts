import type { RegionalDatabase, Replication } from './executor-ports';
import { createSqlDatabase, type RunSql } from './sql-database';

/** Every end of Aurora DSQL takes writes, always: there is no writer to stop, none to promote, and nobody who follows. */
const NO_WRITER = 'each region of Aurora DSQL takes writes; nothing in it is fenced or promoted';

export interface DsqlDatabaseInput {
  readonly run: RunSql;
  readonly databaseName: string;
  readonly region: string;
}

/**
 * This region's end of a database that spans regions. What steps ask of servers that follow each other is answered without
 * asking, or refused: DSQL knows neither recovery nor settings.
 */
export function createDsqlDatabase(input: DsqlDatabaseInput): RegionalDatabase {
  const rows = createSqlDatabase({ ...input, kind: 'rds' });
  return {
    ...rows,
    isReplica: async () => {
      // A rehearsal asks this to see that it answers at all.
      await input.run([{ text: 'SELECT 1' }]);
      return false;
    },
    // A write is acknowledged when it is in more than one region.
    readLagSeconds: () => Promise.resolve(0),
    refusesWrites: () => Promise.resolve(false),
    readReceiptMark: refuse,
    stopWrites: refuse,
    allowWrites: refuse,
  };
}

export function createDsqlReplication(): Replication {
  return { promote: refuse, follows: refuse, rebuildFrom: refuse };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error(NO_WRITER));
}
