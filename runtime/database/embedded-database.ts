import type { PGlite } from '@electric-sql/pglite' with { 'resolution-mode': 'import' };
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { takeFolderLock } from './folder-lock';
import type { FolderLock } from './folder-lock';
import { parseWholeNumber } from './parse-whole-number';
import type { Database, Sql, SqlRunner } from './sql';

/** PostgreSQL's number of the type bigint. */
const BIGINT = 20;

/** The embedded store cannot be opened for a reason its operator can mend. */
export class EmbeddedStoreError extends Error {}

/**
 * PostgreSQL compiled to WebAssembly inside this process, with its files in the data folder: the same SQL for one machine
 * without a server. One transaction runs at a time. It survives a kill of the process; it has no standby.
 */
export class EmbeddedDatabase implements Database {
  readonly kind = 'embedded';
  readonly writer: Sql;
  readonly reader: Sql;

  private constructor(
    private readonly store: PGlite,
    private readonly lock: FolderLock,
  ) {
    this.writer = new EmbeddedSql(store);
    this.reader = this.writer;
  }

  /** Opens the store, and creates it the first time. */
  static async open(dataFolder: string): Promise<EmbeddedDatabase> {
    const folder = join(dataFolder, 'store');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = takeFolderLock(join(dataFolder, 'store.lock'));
    try {
      const store = await createStore(folder);
      return new EmbeddedDatabase(store, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async readAnswer(): Promise<void> {
    await this.writer.query('SELECT 1');
  }

  async stop(): Promise<void> {
    await this.store.close();
    this.lock.release();
  }
}

/** No transaction meets another one here, so none has to be repeated. */
class EmbeddedSql implements Sql {
  constructor(private readonly store: PGlite) {}

  query<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return run<Row>(this.store, text, values);
  }

  transaction<Result>(work: (sql: SqlRunner) => Promise<Result>): Promise<Result> {
    return this.store.transaction((transaction) =>
      work({
        query: <Row>(text: string, values: readonly unknown[] = []) =>
          run<Row>(transaction, text, values),
      }),
    );
  }
}

async function run<Row>(
  sql: Pick<PGlite, 'query'>,
  text: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const { rows } = await sql.query<Row>(text, [...values]);
  return rows;
}

async function createStore(folder: string): Promise<PGlite> {
  let create: typeof PGlite.create;
  try {
    const { PGlite: Store } = await import('@electric-sql/pglite');
    create = Store.create.bind(Store);
  } catch (cause) {
    throw new EmbeddedStoreError(
      '@electric-sql/pglite must be installed to keep keys and spend without a database server, got no such package; ' +
        'install it with npm install @electric-sql/pglite@0.5.16, or set DATABASE_URL',
      { cause },
    );
  }
  return create({ dataDir: folder, parsers: { [BIGINT]: parseWholeNumber } });
}
