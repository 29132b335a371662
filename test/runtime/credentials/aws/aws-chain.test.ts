import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAccess } from '../../../../runtime/credentials/aws/aws-chain';
import type { AwsAccess } from '../../../../runtime/ports';
import { startFakeProvider } from '../../../support/fake-provider';
import type { FakeProvider } from '../../../support/fake-provider';
import { ManualClock } from '../../../support/manual-clock';

const ROLE = 'arn:aws:iam::111122223333:role/models';
const NOTHING: AwsAccess = {
  ...{ region: 'eu-west-1', profile: null, roleArn: null, sessionName: null, externalId: null },
  ...{ webIdentityToken: null, stsEndpoint: null, keys: null },
};
const KEYS = { accessKeyId: 'AKIAOWN', secretAccessKey: 'own', sessionToken: null };
const OF_ENVIRONMENT = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'env' };
const CREDENTIALS = `[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = default

[models]
aws_access_key_id = AKIAMODELS
aws_secret_access_key = models
aws_session_token = session
`;
const CONFIG = `[profile through-models]
role_arn = ${ROLE}
source_profile = models
external_id = outside
role_session_name = profile

[profile by-environment]
role_arn = ${ROLE}

[profile circle]
role_arn = ${ROLE}
source_profile = other-circle

[profile other-circle]
role_arn = ${ROLE}
source_profile = circle

[profile sso]
sso_session = company
`;

describe('readAccess', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aws-'));
  let sts: FakeProvider;

  beforeAll(async () => {
    writeFileSync(join(folder, 'credentials'), CREDENTIALS);
    writeFileSync(join(folder, 'config'), CONFIG);
    writeFileSync(join(folder, 'token'), 'a.web.token\n');
    sts = await startFakeProvider(() => ({
      kind: 'raw',
      contentType: 'text/xml',
      body: '<SessionToken>T</SessionToken><SecretAccessKey>S</SecretAccessKey><AccessKeyId>ASIAROLE</AccessKeyId>',
    }));
  });

  afterAll(async () => {
    await sts.stop();
    rmSync(folder, { recursive: true });
  });

  async function read(
    access: Partial<AwsAccess>,
    variables: Readonly<Record<string, string>> = {},
  ) {
    const all: Readonly<Record<string, string>> = {
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_CONFIG_FILE: join(folder, 'config'),
      ...variables,
    };
    const clock = new ManualClock();
    const { token, expiresAtMs } = await readAccess(
      { ...NOTHING, stsEndpoint: `${sts.url}/`, ...access },
      { clock, variable: (name) => all[name] ?? null },
    );
    return { ...token, seconds: (expiresAtMs - clock.wallMs()) / 1000 };
  }

  /** What STS was asked last, and by whose key. */
  function lastAsked(): { readonly form: Readonly<Record<string, string>>; readonly by: string } {
    const seen = sts.seen.at(-1);
    const form = Object.fromEntries(new URLSearchParams(seen?.body));
    const by = /Credential=([^/]+)/.exec(seen?.headers.authorization ?? '')?.[1] ?? 'nobody';
    return { form, by };
  }

  it('takes the keys of the deployment before all others', async () => {
    expect(await read({ keys: KEYS, profile: 'models' }, OF_ENVIRONMENT)).toMatchObject(KEYS);
    expect(sts.seen).toEqual([]);
  });

  it('takes those of the profile that the deployment or the environment names', async () => {
    const models = {
      accessKeyId: 'AKIAMODELS',
      secretAccessKey: 'models',
      sessionToken: 'session',
    };
    expect(await read({ profile: 'models' }, OF_ENVIRONMENT)).toMatchObject(models);
    expect(await read({}, { ...OF_ENVIRONMENT, AWS_PROFILE: 'models' })).toMatchObject(models);
    expect(await read({}, OF_ENVIRONMENT)).toMatchObject({ accessKeyId: 'AKIAENV' });
  });

  it('takes on the role of the deployment with what it has, for three quarters of an hour', async () => {
    const role = { roleArn: ROLE, externalId: 'outside', sessionName: 'gateway' };
    expect(await read({ ...role, keys: KEYS })).toEqual({
      accessKeyId: 'ASIAROLE',
      secretAccessKey: 'S',
      sessionToken: 'T',
      seconds: 45 * 60,
    });
    expect(lastAsked()).toEqual({
      by: 'AKIAOWN',
      form: {
        Action: 'AssumeRole',
        Version: '2011-06-15',
        RoleArn: ROLE,
        RoleSessionName: 'gateway',
        ExternalId: 'outside',
      },
    });
  });

  it.each([
    ['itself', 'header.payload.signature'],
    ['as the path of its file', 'token'],
  ])('shows a web identity token that is named %s', async (_how, named) => {
    const webIdentityToken = named === 'token' ? join(folder, named) : named;
    await read({ roleArn: ROLE, webIdentityToken });
    expect(lastAsked()).toMatchObject({
      by: 'nobody',
      form: {
        Action: 'AssumeRoleWithWebIdentity',
        WebIdentityToken: named === 'token' ? 'a.web.token' : named,
      },
    });
  });

  it('takes on the role of a profile by the keys of its source', async () => {
    await read({ profile: 'through-models' });
    expect(lastAsked()).toMatchObject({
      by: 'AKIAMODELS',
      form: { ExternalId: 'outside', RoleSessionName: 'profile' },
    });
    await read({ profile: 'by-environment' }, OF_ENVIRONMENT);
    expect(lastAsked().by).toBe('AKIAENV');
  });

  it.each([
    ['circle', /^the profile (other-)?circle points at profiles without end$/],
    [
      'sso',
      /^the profile sso has no keys and no role; profiles of SSO, or with a process, are not supported here$/,
    ],
    ['nowhere', /^there is no profile nowhere in /],
  ])('rejects the profile %s', async (profile, message) => {
    await expect(read({ profile })).rejects.toThrow(message);
  });
});
