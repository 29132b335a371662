import { Pool, types, type PoolClient, type QueryResult } from 'pg';
import { parseWholeNumber } from '../../runtime/database/parse-whole-number';
import { PoolSql } from '../../runtime/database/pool-sql';
import type { Database } from '../../runtime/database/sql';
import { systemClock, systemRandom } from '../../runtime/system-ports';

/**
 * What Aurora DSQL refuses, by its User Guide: "Unsupported PostgreSQL features", "DDL and distributed transactions",
 * "Asynchronous indexes" and "Database limits".
 */
const MOST_ROWS = 3000;
const UNKNOWN_COMMAND =
  /^(SET|SAVEPOINT|TRUNCATE|VACUUM|LOCK|LISTEN|NOTIFY|COPY|DO|PREPARE|ALTER SYSTEM)\b/i;
const UNKNOWN_OBJECT =
  /\b(REFERENCES|FOREIGN KEY|SERIAL|BIGSERIAL|SEQUENCE|IDENTITY|TEMP|TEMPORARY|TRIGGER|EXTENSION|MATERIALIZED|PARTITION|INHERITS|JSONB)\b/i;
const CHANGES_SCHEMA = /^(CREATE|ALTER|DROP)\b/i;
const CHANGES_ROWS = /^(INSERT|UPDATE|DELETE)\b/i;

const refuse = (message: string, code = '0A000'): Error =>
  Object.assign(new Error(message), { code });

/** What a transaction has done so far. */
interface Work {
  schema: number;
  rows: number;
}

/** A connection that refuses what DSQL refuses, over one of PostgreSQL that sees conflicts as DSQL does. */
class DsqlSession {
  private work: Work | null = null;

  constructor(
    private readonly client: PoolClient,
    readonly release: PoolClient['release'],
  ) {}

  async query(text: string, values: readonly unknown[] = []): Promise<QueryResult> {
    const statement = text.trim();
    if (/;\s*\S/.test(statement)) throw refuse('multiple statements are not supported');
    switch (statement) {
      case 'BEGIN':
        this.work = { schema: 0, rows: 0 };
        break;
      case 'COMMIT':
      case 'ROLLBACK':
        this.work = null;
        break;
      default:
        return this.work === null
          ? this.runAlone(statement, values)
          : this.run(statement, values, this.work);
    }
    return this.client.query(statement);
  }

  /** What is refused for its size must not have happened. */
  private async runAlone(statement: string, values: readonly unknown[]): Promise<QueryResult> {
    await this.client.query('BEGIN');
    try {
      const result = await this.run(statement, values, { schema: 0, rows: 0 });
      await this.client.query('COMMIT');
      return result;
    } catch (error) {
      await this.client.query('ROLLBACK');
      throw error;
    }
  }

  private async run(
    statement: string,
    values: readonly unknown[],
    work: Work,
  ): Promise<QueryResult> {
    check(statement, work);
    const understood = statement.replace(/^CREATE INDEX ASYNC/, 'CREATE INDEX');
    const result = await this.client.query(understood, [...values]);
    if (CHANGES_SCHEMA.test(statement)) work.schema += 1;
    if (CHANGES_ROWS.test(statement)) work.rows += Math.max(1, result.rowCount ?? 0);
    if (work.rows > MOST_ROWS) throw refuse('transaction row limit exceeded', '54000');
    return result;
  }
}

function check(statement: string, work: Work): void {
  if (UNKNOWN_COMMAND.test(statement)) throw refuse(`${statement.split(' ')[0]} is not supported`);
  if (/pg_(try_)?advisory/i.test(statement)) throw refuse('advisory locks are not supported');
  if (CHANGES_ROWS.test(statement) && work.schema > 0) {
    throw refuse('ddl and dml are not supported in the same transaction');
  }
  if (!CHANGES_SCHEMA.test(statement)) return;
  if (work.rows > 0) throw refuse('ddl and dml are not supported in the same transaction');
  if (work.schema > 0) throw refuse('multiple ddl statements are not supported in a transaction');
  if (UNKNOWN_OBJECT.test(statement)) throw refuse('unsupported statement');
  if (/^CREATE (UNIQUE )?INDEX (?!ASYNC)/i.test(statement)) {
    throw refuse('unsupported mode. please use CREATE INDEX ASYNC');
  }
  if (/^CREATE INDEX.*\b(ASC|DESC)\b/i.test(statement)) throw refuse('unsupported order');
  if (/^CREATE TABLE.*\bCOLLATE\b/is.test(statement)) throw refuse('COLLATE is not supported');
}

/**
 * Aurora DSQL, as far as a PostgreSQL server can play it: snapshots for each transaction, so that writers who meet get
 * SQLSTATE 40001, and the refusals above. It cannot play conflicts that only a commit finds, nor changes of the schema that
 * other sessions hear of late.
 */
export function createDsqlDatabase(url: string): Database {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    options: '-c default_transaction_isolation=repeatable\\ read',
    types: {
      getTypeParser: (oid, format) =>
        oid === types.builtins.INT8 ? parseWholeNumber : types.getTypeParser(oid, format),
    },
  });
  pool.on('error', () => undefined);
  const sql = new PoolSql({
    pool: {
      connect: async () => {
        const client = await pool.connect();
        return new DsqlSession(client, (destroy) => client.release(destroy));
      },
    } as unknown as Pool,
    clock: systemClock,
    random: systemRandom,
    statementTimeoutMs: null,
  });
  return {
    kind: 'server',
    writer: sql,
    reader: sql,
    readAnswer: async () => void (await sql.query('SELECT 1')),
    stop: () => pool.end(),
  };
}
