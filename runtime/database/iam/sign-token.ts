import { sign } from 'aws4';
import type { AccessToken } from '../../credentials/held-token';
import type { AwsCredentials } from '../../ports';

/** What AWS's own SDKs choose, and the most that RDS accepts; a connection lives on after it. */
const LIFE_SECONDS = 900;

export interface SignedLogin {
  readonly service: 'rds-db' | 'dsql';
  /** Host of the server, with its port where the service asks for it. */
  readonly authority: string;
  readonly awsRegion: string;
  readonly query: Readonly<Record<string, string>>;
}

/** What databases of AWS take for a password: a request to log in, signed by the role, that is never sent. */
export function signToken(
  { service, authority, awsRegion, query }: SignedLogin,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
  nowMs: number,
): AccessToken {
  const parameters = new URLSearchParams({
    ...query,
    'X-Amz-Expires': String(LIFE_SECONDS),
    'X-Amz-Date': new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, ''),
  });
  const { path = '' } = sign(
    {
      service,
      region: awsRegion,
      method: 'GET',
      headers: { Host: authority },
      // Spaces as %20: a plus sign is signed as itself.
      path: `/?${parameters.toString().replaceAll('+', '%20')}`,
      signQuery: true,
    },
    { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
  );
  return { token: `${authority}${path}`, expiresAtMs: nowMs + LIFE_SECONDS * 1000 };
}
