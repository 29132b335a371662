import type { ClientConfig } from 'pg';
import { sign } from 'aws4';
import type { DatabaseSettings } from './executor-settings';
import type { AwsIdentity } from './kubernetes-request';

const STATEMENT_TIMEOUT_MS = 50_000;
/** A token is made for one connection, which lives on after it. */
const TOKEN_SECONDS = 60;

/** How the executor is known to a server, and how it knows the server. */
export type DatabaseLogin = Pick<
  ClientConfig,
  'password' | 'ssl' | 'statement_timeout' | 'query_timeout'
>;

export interface DatabaseLoginInput {
  readonly database: Pick<DatabaseSettings, 'kind' | 'userName' | 'credentialsSecret'>;
  readonly region: string;
  readonly identity: AwsIdentity;
  readonly readSecret: (id: string) => Promise<string>;
}

/** By the password that stands in a secret; at Aurora DSQL, by a token that the executor signs as its role. */
export async function createDatabaseLogin(
  host: string,
  { database, region, identity, readSecret }: DatabaseLoginInput,
): Promise<DatabaseLogin> {
  if (database.kind === 'dsql') {
    return {
      password: renderToken(host, { region, identity }),
      // Its certificate is signed by an authority that Node.js knows.
      ssl: true,
      // It refuses connections that come with a bound, so the driver keeps it.
      query_timeout: STATEMENT_TIMEOUT_MS,
    };
  }
  const { password } = JSON.parse(await readSecret(requireSecret(database))) as {
    readonly password: string;
  };
  return {
    password,
    // Encrypted, as replicas connect; no image carries the authority of RDS.
    ssl: { rejectUnauthorized: false },
    statement_timeout: STATEMENT_TIMEOUT_MS,
  };
}

/** @throws {Error} for a database that is logged in to by tokens. */
export function requireSecret({
  kind,
  credentialsSecret,
}: Pick<DatabaseSettings, 'kind' | 'credentialsSecret'>): string {
  if (credentialsSecret === null) throw new Error(`the database (${kind}) has no password`);
  return credentialsSecret;
}

/** @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html */
function renderToken(
  host: string,
  { region, identity }: Pick<DatabaseLoginInput, 'region' | 'identity'>,
): string {
  const query = new URLSearchParams({
    Action: 'DbConnectAdmin',
    'X-Amz-Expires': String(TOKEN_SECONDS),
  });
  const { path = '' } = sign(
    { service: 'dsql', region, host, path: `/?${query.toString()}`, signQuery: true },
    identity,
  );
  return `${host}${path}`;
}
