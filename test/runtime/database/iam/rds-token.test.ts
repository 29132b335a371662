import { createHash, createHmac } from 'node:crypto';
import { renderRdsToken } from '../../../../runtime/database/iam/rds-token';

const LOGIN = {
  host: 'db.abc.eu-west-1.rds.amazonaws.com',
  port: 5432,
  user: 'iam user',
  awsRegion: 'eu-west-1',
};
const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'a/b+c=',
};
const NOW_MS = Date.UTC(2026, 0, 31, 12, 30, 5, 250);

/** AWS Signature Version 4 of a request without a body, written down a second time. */
function sign(query: URLSearchParams): string {
  const escape = (text: string): string =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const canonicalQuery = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${escape(name)}=${escape(value)}`)
    .sort()
    .join('&');
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest();
  const canonical = ['GET', '/', canonicalQuery, `host:${LOGIN.host}:5432`, '', 'host', sha256('')];
  const scope = '20260131/eu-west-1/rds-db/aws4_request';
  const text = ['AWS4-HMAC-SHA256', '20260131T123005Z', scope, sha256(canonical.join('\n'))];
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${CREDENTIALS.secretAccessKey}`);
  return hmac(key, text.join('\n')).toString('hex');
}

describe('renderRdsToken', () => {
  it('presigns a request to connect as the user', () => {
    const { token, expiresAtMs } = renderRdsToken(LOGIN, CREDENTIALS, NOW_MS);
    expect(expiresAtMs).toBe(NOW_MS + 900_000);
    const url = new URL(`https://${token}`);
    expect(url.host).toBe(`${LOGIN.host}:5432`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'connect',
      DBUser: 'iam user',
      'X-Amz-Expires': '900',
      'X-Amz-Date': '20260131T123005Z',
      'X-Amz-Credential': 'AKIDEXAMPLE/20260131/eu-west-1/rds-db/aws4_request',
      'X-Amz-Security-Token': 'a/b+c=',
      'X-Amz-Signature': sign(url.searchParams),
    });
  });

  it('leaves the session out where there is none', () => {
    const { token } = renderRdsToken(LOGIN, { ...CREDENTIALS, sessionToken: null }, NOW_MS);
    expect(token).not.toContain('Security-Token');
  });
});
