import { createHash, createHmac } from 'node:crypto';
import { renderDsqlToken } from '../../../../runtime/database/iam/dsql-token';

const LOGIN = {
  host: 'abcdefghijklmnopqrstuvwxyz.dsql.us-east-2.on.aws',
  user: 'admin',
  awsRegion: 'us-east-2',
};
const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'a/b+c=',
};
const NOW_MS = Date.UTC(2026, 0, 31, 12, 30, 5, 250);

/** AWS Signature Version 4 of a request without a body, written down a second time. */
function sign(query: URLSearchParams): string {
  const canonicalQuery = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest();
  const canonical = ['GET', '/', canonicalQuery, `host:${LOGIN.host}`, '', 'host', sha256('')];
  const scope = '20260131/us-east-2/dsql/aws4_request';
  const text = ['AWS4-HMAC-SHA256', '20260131T123005Z', scope, sha256(canonical.join('\n'))];
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${CREDENTIALS.secretAccessKey}`);
  return hmac(key, text.join('\n')).toString('hex');
}

describe('renderDsqlToken', () => {
  it('presigns a request of the owner to connect, good for a quarter of an hour', () => {
    const { token, expiresAtMs } = renderDsqlToken(LOGIN, CREDENTIALS, NOW_MS);
    expect(expiresAtMs).toBe(NOW_MS + 900_000);
    const url = new URL(`https://${token}`);
    expect(token.startsWith(`${LOGIN.host}/?`)).toBe(true);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'DbConnectAdmin',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Expires': '900',
      'X-Amz-Date': '20260131T123005Z',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Credential': 'AKIDEXAMPLE/20260131/us-east-2/dsql/aws4_request',
      'X-Amz-Security-Token': 'a/b+c=',
      'X-Amz-Signature': sign(url.searchParams),
    });
  });

  it('asks for less as any other role of the database', () => {
    const { token } = renderDsqlToken({ ...LOGIN, user: 'gateway' }, CREDENTIALS, NOW_MS);
    expect(token).toContain('Action=DbConnect&');
  });

  it('leaves the session out where there is none', () => {
    const { token } = renderDsqlToken(LOGIN, { ...CREDENTIALS, sessionToken: null }, NOW_MS);
    expect(token).not.toContain('Security-Token');
  });
});
