import { sign } from 'aws4';
import type { AccessToken } from './access-token';
import type { AwsCredentials } from './aws-credentials';

/** RDS accepts no longer life. */
const LIFE_SECONDS = 900;

export interface RdsLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly awsRegion: string;
}

/** What RDS and Aurora take for a password: a request to log in, signed by the role, that is never sent. */
export function renderRdsToken(
  { host, port, user, awsRegion }: RdsLogin,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
  nowMs: number,
): AccessToken {
  const date = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const query = new URLSearchParams({
    Action: 'connect',
    DBUser: user,
    'X-Amz-Expires': String(LIFE_SECONDS),
    'X-Amz-Date': date,
  });
  const authority = `${host}:${port}`;
  const signed = sign(
    {
      service: 'rds-db',
      region: awsRegion,
      method: 'GET',
      headers: { Host: authority },
      // Spaces as %20: a plus sign is signed as itself.
      path: `/?${query.toString().replaceAll('+', '%20')}`,
      signQuery: true,
    },
    { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
  );
  return { token: `${authority}${signed.path ?? ''}`, expiresAtMs: nowMs + LIFE_SECONDS * 1000 };
}
