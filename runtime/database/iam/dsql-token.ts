import type { AccessToken } from '../../credentials/held-token';
import type { AwsCredentials } from '../../ports';
import { signToken } from './sign-token';

/** The one role of the database that AWS makes; it owns everything. */
const OWNER = 'admin';

export interface DsqlLogin {
  readonly host: string;
  readonly user: string;
  /** The region of the cluster that is spoken to. */
  readonly awsRegion: string;
}

/**
 * What Aurora DSQL takes for a password. Unlike that of RDS it names neither port nor user: the owner of the database has an
 * action of its own.
 *
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html
 */
export function renderDsqlToken(
  { host, user, awsRegion }: DsqlLogin,
  credentials: AwsCredentials,
  nowMs: number,
): AccessToken {
  const query = { Action: user === OWNER ? 'DbConnectAdmin' : 'DbConnect' };
  return signToken({ service: 'dsql', authority: host, awsRegion, query }, credentials, nowMs);
}
