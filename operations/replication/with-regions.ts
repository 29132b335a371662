import { Client, type QueryResult } from 'pg';
import { containPostgres } from '../../lib/contain-postgres';
import type { PeerAddress } from '../../lib/render';
import { describeError } from '../describe-error';
import type { QueryRegion, SqlRow } from './query-region';

export interface RegionsInput {
  /** How the database of each region is reached. */
  readonly addresses: Readonly<Record<string, PeerAddress>>;
  readonly password: string;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A slot is made once the transactions of before are over. */
const STATEMENT_TIMEOUT_MS = 50_000;

/** Lends sessions with the databases of several regions: each begins with its first question, and all end in the end. */
export async function withRegions<Result>(
  input: RegionsInput,
  use: (query: QueryRegion) => Promise<Result>,
): Promise<Result> {
  const sessions = new Map<string, Promise<Client>>();
  const open = (region: string): Promise<Client> => {
    const session = sessions.get(region) ?? connect(region, input);
    sessions.set(region, session);
    return session;
  };
  try {
    return await use(async (region, text, values) => {
      const client = await open(region);
      if (values !== undefined) return (await client.query<SqlRow>(text, [...values])).rows;
      // Without values several statements may stand in one text; then there are several answers, and none is looked at.
      const answer: QueryResult<SqlRow> | readonly unknown[] = await client.query<SqlRow>(text);
      return 'rows' in answer ? answer.rows : [];
    });
  } finally {
    const opened = await Promise.allSettled(sessions.values());
    await Promise.allSettled(
      opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value.end()] : [])),
    );
  }
}

async function connect(region: string, { addresses, password }: RegionsInput): Promise<Client> {
  const address = addresses[region];
  if (address === undefined) throw new Error(`no database is known in ${region}`);
  const client = containPostgres(
    new Client({
      host: address.host,
      port: address.port,
      database: address.databaseName,
      user: address.userName,
      password,
      // Encrypted, as subscriptions are: the name of a peer is none that its certificate holds.
      ssl: address.sslMode === 'disable' ? false : { rejectUnauthorized: false },
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
    }),
  );
  try {
    await client.connect();
  } catch (error) {
    await client.end();
    throw new Error(`${region} is not reached: ${describeError(error)}`, { cause: error });
  }
  return client;
}
