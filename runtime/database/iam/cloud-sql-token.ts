import { z } from 'zod';
import type { AccessToken } from '../../credentials/held-token';
import { requestCredential } from '../../credentials/credential-request';

/** The least that Cloud SQL's IAM login takes. */
const SCOPE = 'https://www.googleapis.com/auth/sqlservice.login';

const ANSWER = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** The token of the machine's service account, which Cloud SQL takes for the password of that account's role. */
export async function readCloudSqlToken(metadataHost: string, nowMs: number): Promise<AccessToken> {
  const path = '/computeMetadata/v1/instance/service-accounts/default/token';
  const url = `http://${metadataHost}${path}?scopes=${encodeURIComponent(SCOPE)}`;
  const text = await requestCredential({
    method: 'GET',
    url,
    headers: { 'metadata-flavor': 'Google' },
  });
  const parsed = ANSWER.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Error(`GET ${url}: the answer holds no token; give the workload a service account`);
  }
  const { access_token: token, expires_in: seconds } = parsed.data;
  return { token, expiresAtMs: nowMs + seconds * 1000 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the answer.
    return null;
  }
}
