/** Runs SQL. Values are always parameters ($1 …), never part of the text. */
export interface SqlRunner {
  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** One server, or a pool of connections to one. */
export interface Sql extends SqlRunner {
  /** Rolls back when the work throws. Repeats it after a deadlock or a serialization failure, so it must be repeatable. */
  transaction<Result>(work: (sql: SqlRunner) => Promise<Result>): Promise<Result>;
}

/**
 * PostgreSQL as the gateway uses it: a writer, and a reader that may lag behind it. Both may be the same; both may be
 * away. Nothing that serves a client waits for either.
 */
export interface Database {
  readonly kind: 'server' | 'embedded';
  readonly writer: Sql;
  readonly reader: Sql;
  /** Rejects unless the writer answers a new client within three seconds; a kept connection would hide that nobody can connect. */
  readAnswer(): Promise<void>;
  stop(): Promise<void>;
}
