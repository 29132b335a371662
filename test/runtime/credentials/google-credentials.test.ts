import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { createGoogleCredentials } from '../../../runtime/credentials/google-credentials';
import { ManualClock } from '../../support/manual-clock';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const GRANT = 'urn:ietf:params:oauth:grant-type:';

interface Asked {
  readonly path: string;
  readonly authorization: string | null;
  readonly flavor: string | null;
  readonly body: string;
}

/** Everybody of Google's who hands out tokens, on loopback. */
describe('createGoogleCredentials', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const asked: Asked[] = [];
  const clock = new ManualClock();
  let answers: Record<string, unknown> = {};
  let url = '';
  let folder = '';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      const flavor = request.headers['metadata-flavor'];
      asked.push({
        path: request.url ?? '',
        authorization: request.headers.authorization ?? null,
        flavor: typeof flavor === 'string' ? flavor : null,
        body: Buffer.concat(chunks).toString(),
      });
      const answer = answers[path];
      response.writeHead(answer === undefined ? 400 : 200);
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? { secret: 1 }));
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'google-credentials-'));
    asked.length = 0;
    answers = { '/token': { access_token: 'ya29', expires_in: 3599, token_type: 'Bearer' } };
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const write = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const read = (
    credentials: string | null,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    const variable = (name: string): string | null => variables[name] ?? null;
    return createGoogleCredentials({ clock, variable })({ credentials });
  };
  const serviceAccount = (): object => ({
    type: 'service_account',
    project_id: 'p',
    client_email: 'gateway@p.iam.gserviceaccount.com',
    private_key: pem,
    private_key_id: 'key-1',
    token_uri: `${url}/token`,
  });
  const formOf = (at: number): Record<string, string> =>
    Object.fromEntries(new URLSearchParams(asked[at]?.body));

  it('shows a JWT that the public key of the service account verifies', async () => {
    expect(await read(JSON.stringify(serviceAccount()))).toBe('ya29');
    const { assertion = '', grant_type: grant } = formOf(0);
    expect(grant).toBe(`${GRANT}jwt-bearer`);
    const nowSeconds = clock.wallMs() / 1000;
    const { payload, protectedHeader } = await jwtVerify(assertion, publicKey, {
      audience: `${url}/token`,
      issuer: 'gateway@p.iam.gserviceaccount.com',
      algorithms: ['RS256'],
      currentDate: new Date(clock.wallMs()),
    });
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
    expect(payload).toMatchObject({ scope: SCOPE, iat: nowSeconds, exp: nowSeconds + 3600 });
  });

  it('reads a key from a file, and the same file again for the next token', async () => {
    const path = write('key.json', serviceAccount());
    const google = createGoogleCredentials({ clock, variable: () => null });
    expect(await google({ credentials: path })).toBe('ya29');
    expect(await google({ credentials: path })).toBe('ya29');
    expect(asked).toHaveLength(1);
    write('key.json', { ...serviceAccount(), client_email: 'next@p' });
    clock.advance(3_590_000);
    await google({ credentials: path });
    const claims = Buffer.from(formOf(1).assertion?.split('.')[1] ?? '', 'base64url').toString();
    expect(JSON.parse(claims)).toMatchObject({ iss: 'next@p' });
  });

  it('takes a key whose line ends are written as two characters', async () => {
    const key = { ...serviceAccount(), private_key: pem.replaceAll('\n', '\\n') };
    expect(await read(JSON.stringify(key))).toBe('ya29');
  });

  it('exchanges the refresh token of a user', async () => {
    const user = {
      type: 'authorized_user',
      client_id: 'id',
      client_secret: 'secret',
      refresh_token: 'refresh',
      token_uri: `${url}/token`,
    };
    mkdirSync(join(folder, 'gcloud'));
    write('gcloud/application_default_credentials.json', user);
    expect(await read(null, { CLOUDSDK_CONFIG: join(folder, 'gcloud') })).toBe('ya29');
    expect(formOf(0)).toEqual({
      grant_type: 'refresh_token',
      client_id: 'id',
      client_secret: 'secret',
      refresh_token: 'refresh',
    });
  });

  it('exchanges the token of another issuer, and acts as the service account that is named', async () => {
    answers['/subject'] = { id: 'their-token' };
    answers['/impersonate'] = { accessToken: 'ya29.account', expireTime: '2033-01-01T00:00:00Z' };
    const key = {
      type: 'external_account',
      audience:
        '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${url}/token`,
      service_account_impersonation_url: `${url}/impersonate`,
      credential_source: {
        url: `${url}/subject`,
        format: { type: 'json', subject_token_field_name: 'id' },
      },
    };
    const named = { GOOGLE_APPLICATION_CREDENTIALS: write('federation.json', key) };
    expect(await read(null, named)).toBe('ya29.account');
    expect(formOf(1)).toEqual({
      grant_type: `${GRANT}token-exchange`,
      audience: key.audience,
      scope: SCOPE,
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token: 'their-token',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    });
    expect(asked[2]).toMatchObject({
      authorization: 'Bearer ya29',
      body: JSON.stringify({ scope: [SCOPE], lifetime: '3600s' }),
    });
    const source = { file: write('subject', 'file-token\n') };
    const plain = { ...key, credential_source: source, service_account_impersonation_url: null };
    expect(await read(JSON.stringify(plain))).toBe('ya29');
    expect(formOf(3).subject_token).toBe('file-token');
  });

  it('acts as another service account', async () => {
    answers['/impersonate'] = { accessToken: 'ya29.other', expireTime: '2033-01-01T00:00:00Z' };
    const key = {
      type: 'impersonated_service_account',
      source_credentials: serviceAccount(),
      service_account_impersonation_url: `${url}/impersonate`,
    };
    expect(await read(JSON.stringify(key))).toBe('ya29.other');
  });

  it('asks the metadata server of the machine where there is nothing else', async () => {
    const path = '/computeMetadata/v1/instance/service-accounts/default/token';
    answers[path] = { access_token: 'ya29.machine', expires_in: 300 };
    const variables = { GCE_METADATA_HOST: url.slice('http://'.length), HOME: folder };
    expect(await read(null, variables)).toBe('ya29.machine');
    expect(asked).toEqual([
      {
        path: `${path}?scopes=${encodeURIComponent(SCOPE)}`,
        authorization: null,
        flavor: 'Google',
        body: '',
      },
    ]);
  });

  describe('rejects without a word of the secret', () => {
    const KINDS =
      'service_account, authorized_user, external_account (with a file or an URL) or impersonated_service_account';

    it.each([
      ['{"type":"service_account","private_key":7}', '; look at client_email, private_key'],
      ['{"type":"gdch"}', '; look at type'],
      ['{no json: secret', ''],
    ])('a key such as %s', async (key, what) => {
      await expect(read(key)).rejects.toThrow(
        new Error(`Google's credentials must be a key file of type ${KINDS}${what}`),
      );
    });

    it('a private key that is none', async () => {
      const key = { ...serviceAccount(), private_key: 'secret' };
      await expect(read(JSON.stringify(key))).rejects.toThrow(
        new Error("private_key of Google's credentials is no private key in PEM"),
      );
    });

    it('a file that is not there', async () => {
      const path = join(folder, 'missing.json');
      await expect(read(path)).rejects.toThrow(
        new Error(`there is no readable file ${path} with Google's credentials`),
      );
    });

    it('a folder in place of a file', async () => {
      await expect(read(folder)).rejects.toThrow(
        `${folder} with Google's credentials cannot be read`,
      );
    });

    it('an issuer that refuses, or answers nonsense', async () => {
      const key = JSON.stringify(serviceAccount());
      answers = {};
      await expect(read(key)).rejects.toThrow(new Error(`POST ${url}/token: answered 400`));
      answers = { '/token': '<html>secret' };
      await expect(read(key)).rejects.toThrow(
        new Error(`POST ${url}/token: the answer holds no token`),
      );
    });

    it('a subject without its member', async () => {
      const file = write('subject', '{"other":"secret"}');
      const key = {
        type: 'external_account',
        audience: 'a',
        subject_token_type: 'jwt',
        token_url: `${url}/token`,
        credential_source: { file, format: { type: 'json', subject_token_field_name: 'id' } },
      };
      await expect(read(JSON.stringify(key))).rejects.toThrow(
        new Error("credential_source of Google's credentials: there is no id in what it names"),
      );
    });
  });
});
