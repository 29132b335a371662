import type { AccessToken } from '../../credentials/held-token';
import type { AwsCredentials } from '../../ports';
import { signToken } from './sign-token';

export interface RdsLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly awsRegion: string;
}

/** What RDS and Aurora take for a password. */
export function renderRdsToken(
  { host, port, user, awsRegion }: RdsLogin,
  credentials: AwsCredentials,
  nowMs: number,
): AccessToken {
  const query = { Action: 'connect', DBUser: user };
  const login = { service: 'rds-db', authority: `${host}:${port}`, awsRegion, query } as const;
  return signToken(login, credentials, nowMs);
}
