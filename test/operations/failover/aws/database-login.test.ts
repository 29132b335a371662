import { createHash, createHmac } from 'node:crypto';
import {
  createDatabaseLogin,
  requireSecret,
} from '../../../../operations/failover/aws/database-login';

const HOST = 'abc.dsql.us-east-2.on.aws';
const IDENTITY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a/b+c=' };

function logIn(kind: 'rds' | 'dsql') {
  const asked: string[] = [];
  const login = createDatabaseLogin(HOST, {
    database: {
      kind,
      userName: 'admin',
      credentialsSecret: kind === 'rds' ? 'litellm/database' : null,
    },
    region: 'us-east-2',
    identity: IDENTITY,
    readSecret: (id) => {
      asked.push(id);
      return Promise.resolve('{"username":"litellm","password":"p"}');
    },
  });
  return { login, asked };
}

/** AWS Signature Version 4 of a request without a body, written down a second time. */
function sign(query: URLSearchParams): string {
  const date = query.get('X-Amz-Date') ?? '';
  const canonicalQuery = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest();
  const canonical = ['GET', '/', canonicalQuery, `host:${HOST}`, '', 'host', sha256('')];
  const scope = `${date.slice(0, 8)}/us-east-2/dsql/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical.join('\n'))];
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${IDENTITY.secretAccessKey}`);
  return hmac(key, text.join('\n')).toString('hex');
}

describe('createDatabaseLogin', () => {
  it('reads the password of RDS and Aurora, whose certificate nobody here can check', async () => {
    const { login, asked } = logIn('rds');
    expect(await login).toEqual({
      password: 'p',
      ssl: { rejectUnauthorized: false },
      statement_timeout: 50_000,
    });
    expect(asked).toEqual(['litellm/database']);
  });

  it('signs a token for Aurora DSQL, whose certificate is checked, and sets it no bound', async () => {
    const { login, asked } = logIn('dsql');
    const { password, ...rest } = await login;
    expect(rest).toEqual({ ssl: true, query_timeout: 50_000 });
    expect(asked).toEqual([]);
    const url = new URL(`https://${String(password)}`);
    expect(url.host).toBe(HOST);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'DbConnectAdmin',
      'X-Amz-Expires': '60',
      'X-Amz-Security-Token': 'a/b+c=',
      'X-Amz-Signature': sign(url.searchParams),
    });
  });
});

describe('requireSecret', () => {
  it('rejects what takes tokens', () => {
    expect(() => requireSecret({ kind: 'dsql', credentialsSecret: null })).toThrow(
      'the database (dsql) has no password',
    );
  });
});
