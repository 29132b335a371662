import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  assumeRoleWithWebIdentity,
  selectWebIdentity,
} from '../../../../runtime/credentials/aws/web-identity';

const ROLE = 'arn:aws:iam::111122223333:role/gateway';
const ENVIRONMENT = {
  AWS_ROLE_ARN: ROLE,
  AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token',
  AWS_REGION: 'eu-west-1',
};
/** The shape of STS's answer, from its API reference. */
const ANSWER = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <Credentials>
      <SessionToken>T/1+2=</SessionToken>
      <SecretAccessKey>SK</SecretAccessKey>
      <Expiration>2026-10-24T23:00:23Z</Expiration>
      <AccessKeyId>AK</AccessKeyId>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>`;

describe('selectWebIdentity', () => {
  it('asks STS of the own region', () => {
    expect(selectWebIdentity(ENVIRONMENT)).toEqual({
      kind: 'web-identity',
      roleArn: ROLE,
      tokenFile: '/var/run/token',
      sessionName: 'litellm-ha',
      endpoint: 'https://sts.eu-west-1.amazonaws.com/',
    });
    const china = { ...ENVIRONMENT, AWS_REGION: undefined, AWS_DEFAULT_REGION: 'cn-north-1' };
    expect(selectWebIdentity(china)?.endpoint).toBe('https://sts.cn-north-1.amazonaws.com.cn/');
  });

  it('takes the name and the address that the environment says', () => {
    expect(
      selectWebIdentity({
        ...ENVIRONMENT,
        AWS_ROLE_SESSION_NAME: 'gateway-1',
        AWS_ENDPOINT_URL_STS: 'https://vpce.example.com/',
      }),
    ).toMatchObject({ sessionName: 'gateway-1', endpoint: 'https://vpce.example.com/' });
  });

  it.each(['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_REGION'])(
    'finds none without %s',
    (name) => {
      expect(selectWebIdentity({ ...ENVIRONMENT, [name]: '' })).toBeNull();
    },
  );
});

describe('assumeRoleWithWebIdentity', () => {
  let server: Server;
  let answer: { readonly status: number; readonly text: string };
  const asked: string[] = [];
  const tokenFile = join(mkdtempSync(join(tmpdir(), 'web-identity-')), 'token');

  beforeAll(async () => {
    writeFileSync(tokenFile, 'header.payload.signature\n');
    server = createServer((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
      incoming.on('end', () => {
        asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''} ${body}`);
        response.writeHead(answer.status);
        response.end(answer.text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  beforeEach(() => {
    answer = { status: 200, text: ANSWER };
    asked.length = 0;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const assume = () =>
    assumeRoleWithWebIdentity({
      kind: 'web-identity',
      roleArn: ROLE,
      tokenFile,
      sessionName: 'litellm-ha',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    });

  it('exchanges the token of the file, which no address shows', async () => {
    expect(await assume()).toEqual({
      accessKeyId: 'AK',
      secretAccessKey: 'SK',
      sessionToken: 'T/1+2=',
    });
    const [request = ''] = asked;
    expect(request.startsWith('POST / ')).toBe(true);
    expect(Object.fromEntries(new URLSearchParams(request.slice('POST / '.length)))).toEqual({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: ROLE,
      RoleSessionName: 'litellm-ha',
      WebIdentityToken: 'header.payload.signature',
    });
  });

  it('rejects an answer that refuses, without a word of it', async () => {
    answer = { status: 403, text: 'header.payload.signature is not allowed' };
    await expect(assume()).rejects.toThrow(/^POST http:\/\/127\.0\.0\.1:\d+\/: answered 403$/);
  });

  it('rejects an answer without credentials', async () => {
    answer = { status: 200, text: '<Credentials><AccessKeyId>AK</AccessKeyId></Credentials>' };
    await expect(assume()).rejects.toThrow(
      `the answer holds no credentials; let ${ROLE} be assumed by this identity`,
    );
  });
});
