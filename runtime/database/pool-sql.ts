import type { ClientBase, Pool } from 'pg';
import type { Clock, Random } from '../ports';
import { repeatTransaction } from './repeat-transaction';
import type { Sql, SqlRunner } from './sql';
import { classifySqlFailure } from './sql-failure';
import { IncompleteAnswerError, selectWholeAnswer } from './whole-answer';

export interface PoolSqlParts {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly random: Random;
  /** After which the server gives up a statement of a transaction. Null: it lets nobody say so. Unit: milliseconds. */
  readonly statementTimeoutMs: number | null;
}

/**
 * SQL over a pool, in a way that PgBouncer's transaction mode allows: nothing is set for a session, no statement is
 * prepared under a name.
 */
export class PoolSql implements Sql {
  constructor(private readonly parts: PoolSqlParts) {}

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    // A statement alone is a transaction, too; where every commit may meet another one, as on Aurora DSQL, so may its.
    return repeatTransaction(
      () => this.withClient((client) => run<Row>(client, text, values)),
      this.parts,
    );
  }

  async transaction<Result>(work: (sql: SqlRunner) => Promise<Result>): Promise<Result> {
    const { statementTimeoutMs } = this.parts;
    // In one message, so that the bound costs no journey of its own.
    const begin =
      statementTimeoutMs === null
        ? 'BEGIN'
        : `BEGIN; SET LOCAL statement_timeout = ${statementTimeoutMs}`;
    return repeatTransaction(
      () =>
        this.withClient(async (client) => {
          selectWholeAnswer(await client.query(begin));
          const result = await work({
            query: <Row>(text: string, values: readonly unknown[] = []) =>
              run<Row>(client, text, values),
          });
          await commit(client);
          return result;
        }),
      this.parts,
    );
  }

  /** Gives the connection back clean, or closes it: one that is in doubt would fail whoever gets it next. */
  private async withClient<Result>(use: (client: ClientBase) => Promise<Result>): Promise<Result> {
    const client = await this.parts.pool.connect();
    try {
      const result = await use(client);
      client.release();
      return result;
    } catch (error) {
      client.release((await this.isUsable(client, error)) === 'no');
      throw error;
    }
  }

  private async isUsable(client: ClientBase, error: unknown): Promise<'yes' | 'no'> {
    if (classifySqlFailure(error) === 'connection') return 'no';
    try {
      // Outside a transaction this is a warning of the server and nothing more.
      await client.query('ROLLBACK');
      return 'yes';
    } catch {
      // The failure that led here is the one to tell.
      return 'no';
    }
  }
}

/** A transaction that has failed is ended by COMMIT, too, and the answer says ROLLBACK. */
async function commit(client: ClientBase): Promise<void> {
  const { command } = await client.query('COMMIT');
  if (command === 'COMMIT') return;
  throw new IncompleteAnswerError(`the database answered COMMIT with ${command}`);
}

async function run<Row>(
  client: ClientBase,
  text: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const result = selectWholeAnswer(await client.query(text, [...values]));
  return result.rows as readonly Row[];
}
