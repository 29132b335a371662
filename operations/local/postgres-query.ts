import { Client } from 'pg';
import type { QueryResultRow } from 'pg';
import { containPostgres } from '../../lib/contain-postgres';

export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A statement and its values. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

/**
 * One statement over a connection of its own: what a new client of the server would see. A kept connection would still
 * be served by its backend while the server takes no new ones.
 */
export async function queryPostgres<Row extends QueryResultRow>(
  address: PostgresAddress,
  statement: Statement,
  timeoutMs: number,
): Promise<readonly Row[]> {
  return withPostgres(address, timeoutMs, async (client) => {
    const result = await client.query<Row>(statement.text, [...(statement.values ?? [])]);
    return result.rows;
  });
}

/** Lends a connection; the timeout bounds the connection's start and each statement. */
export async function withPostgres<T>(
  address: PostgresAddress,
  timeoutMs: number,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = containPostgres(
    new Client({
      ...address,
      ssl: false,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      application_name: 'litellm-ha',
    }),
  );
  try {
    await client.connect();
    return await use(client);
  } finally {
    // Saying good-bye to a frozen server would wait for it.
    void client.end().catch(() => undefined);
  }
}
