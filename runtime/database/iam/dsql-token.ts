import { sign } from 'aws4';
import type { AccessToken } from './access-token';
import type { AwsCredentials } from './aws-credentials';

/** What AWS's own SDKs choose; the connection lives on after it. */
const LIFE_SECONDS = 900;

/** The one role of the database that AWS makes; it owns everything. */
const OWNER = 'admin';

export interface DsqlLogin {
  readonly host: string;
  readonly user: string;
  /** The region of the cluster that is spoken to. */
  readonly awsRegion: string;
}

/**
 * What Aurora DSQL takes for a password: a request to connect, signed by the role, that is never sent. Unlike that of RDS it
 * names neither port nor user: the owner of the database has an action of its own.
 *
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html
 */
export function renderDsqlToken(
  { host, user, awsRegion }: DsqlLogin,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
  nowMs: number,
): AccessToken {
  const date = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const query = new URLSearchParams({
    Action: user === OWNER ? 'DbConnectAdmin' : 'DbConnect',
    'X-Amz-Expires': String(LIFE_SECONDS),
    'X-Amz-Date': date,
  });
  const { path = '' } = sign(
    {
      service: 'dsql',
      region: awsRegion,
      method: 'GET',
      headers: { Host: host },
      path: `/?${query.toString()}`,
      signQuery: true,
    },
    { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
  );
  return { token: `${host}${path}`, expiresAtMs: nowMs + LIFE_SECONDS * 1000 };
}
