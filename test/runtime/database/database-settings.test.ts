import { parseDatabaseSettings } from '../../../runtime/database/database-settings';

type Environment = Parameters<typeof parseDatabaseSettings>[0]['environment'];

const parse = (environment: Environment, configuredUrl: string | null = null) =>
  parseDatabaseSettings({ environment, configuredUrl });

const URL = 'postgresql://me:p%40ss@db.example.com:6432/litellm';

describe('parseDatabaseSettings', () => {
  it('names no server where none is named', () => {
    expect(parse({})).toBeNull();
    expect(parse({ DATABASE_URL: '', DATABASE_HOST: 'db' })).toBeNull();
  });

  it('takes a URL apart', () => {
    expect(parse({ DATABASE_URL: URL })).toEqual({
      writer: {
        host: 'db.example.com',
        port: 6432,
        user: 'me',
        password: 'p@ss',
        database: 'litellm',
        tls: { kind: 'off' },
      },
      reader: null,
      login: { kind: 'password' },
    });
  });

  it('completes a short URL', () => {
    expect(parse({ DATABASE_URL: 'postgres://me@[::1]' })?.writer).toMatchObject({
      host: '::1',
      port: 5432,
      password: null,
      database: 'me',
    });
  });

  it('takes a password from beside a URL that holds none, as it is', () => {
    const DATABASE_PASSWORD = 'p@ss/%41';
    const DATABASE_URL = 'postgresql://me@db/litellm';
    expect(parse({ DATABASE_URL, DATABASE_PASSWORD })?.writer.password).toBe('p@ss/%41');
    expect(parse({ DATABASE_URL: URL, DATABASE_PASSWORD })?.writer.password).toBe('p@ss');
    expect(
      parse({
        DATABASE_URL,
        DATABASE_PASSWORD,
        LITELLM_HA_DATABASE_AUTH: 'rds-iam',
        AWS_REGION: 'eu-west-1',
      })?.writer.password,
    ).toBeNull();
  });

  it('finds a Unix socket', () => {
    const url = 'postgresql://me@localhost/litellm?host=/cloudsql/project:region:name';
    expect(parse({ DATABASE_URL: url })?.writer.host).toBe('/cloudsql/project:region:name');
  });

  it('puts the configuration before the environment', () => {
    expect(parse({ DATABASE_URL: URL }, 'postgresql://me@other/db')?.writer.host).toBe('other');
  });

  it('reads the address of the readers', () => {
    const settings = parse({ DATABASE_URL: URL, DATABASE_URL_READ_REPLICA: 'postgres://me@r/db' });
    expect(settings?.reader?.host).toBe('r');
  });

  it("passes over the parameters of LiteLLM's own client", () => {
    const url = `${URL}?connection_limit=10&pool_timeout=60&schema=public`;
    expect(parse({ DATABASE_URL: url })).toEqual(parse({ DATABASE_URL: URL }));
  });

  it.each([
    ['?sslmode=disable', { kind: 'off' }],
    ['?sslmode=prefer', { kind: 'encrypted' }],
    ['?sslmode=require&uselibpqcompat=true', { kind: 'encrypted' }],
    [
      '?sslmode=require&sslrootcert=/ca.pem',
      { kind: 'verified', authorityFile: '/ca.pem', hostName: 'ignored' },
    ],
    [
      '?sslmode=verify-ca&sslrootcert=/ca.pem',
      { kind: 'verified', authorityFile: '/ca.pem', hostName: 'ignored' },
    ],
    ['?sslmode=verify-full', { kind: 'verified', authorityFile: null, hostName: 'checked' }],
  ])('understands %s as libpq does', (query, tls) => {
    expect(parse({ DATABASE_URL: `${URL}${query}` })?.writer.tls).toEqual(tls);
  });

  it("takes TLS from libpq's variables where the URL says nothing", () => {
    const environment = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/ca.pem' };
    expect(parse({ ...environment, DATABASE_URL: URL })?.writer.tls).toEqual({
      kind: 'verified',
      authorityFile: '/ca.pem',
      hostName: 'checked',
    });
    const weaker = parse({ ...environment, DATABASE_URL: `${URL}?sslmode=disable` });
    expect(weaker?.writer.tls).toEqual({ kind: 'off' });
  });

  it("joins LiteLLM's separate variables for IAM, over TLS and without a password", () => {
    const settings = parse({
      IAM_TOKEN_DB_AUTH: 'True',
      DATABASE_HOST: 'db.example.com',
      DATABASE_USER: 'iam user',
      DATABASE_NAME: 'litellm',
      AWS_REGION_NAME: 'eu-west-1',
    });
    expect(settings).toEqual({
      writer: {
        host: 'db.example.com',
        port: 5432,
        user: 'iam user',
        password: null,
        database: 'litellm',
        tls: { kind: 'encrypted' },
      },
      reader: null,
      login: {
        kind: 'rds-iam',
        awsRegion: 'eu-west-1',
        credentials: { kind: 'instance', endpoint: 'http://169.254.169.254' },
      },
    });
  });

  it('checks the certificate of Aurora DSQL, by the authorities of Node.js', () => {
    const environment = {
      DATABASE_URL: 'postgresql://admin@abc.dsql.us-east-1.on.aws:5432/postgres',
      LITELLM_HA_DATABASE_AUTH: 'dsql-iam',
      AWS_REGION: 'us-east-1',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/var/run/token',
    };
    const settings = parse(environment);
    const tls = { kind: 'verified', authorityFile: null, hostName: 'checked' };
    expect(settings?.writer).toMatchObject({ user: 'admin', password: null, tls });
    expect(settings?.login).toEqual({
      kind: 'dsql-iam',
      awsRegion: 'us-east-1',
      credentials: {
        kind: 'container',
        url: 'http://169.254.170.23/v1/credentials',
        token: null,
        tokenFile: '/var/run/token',
      },
    });
  });

  it('ignores a password in the URL when a token takes its place', () => {
    const settings = parse({ DATABASE_URL: URL, LITELLM_HA_DATABASE_AUTH: 'cloud-sql-iam' });
    expect(settings?.writer.password).toBeNull();
    expect(settings?.login).toEqual({
      kind: 'cloud-sql-iam',
      metadataHost: 'metadata.google.internal',
    });
  });

  it.each<[string, Environment, string]>([
    [
      'a URL of something else, without quoting it',
      { DATABASE_URL: 'mysql://me:secret@db/x' },
      'DATABASE_URL must be a URL such as postgresql://user:password@host:5432/name, got something else; ' +
        'characters such as # / ? @ in a password must be percent-encoded',
    ],
    [
      'a URL that is broken, without quoting it',
      { DATABASE_URL: 'postgresql://me:sec/ret#@db/x' },
      'DATABASE_URL must be a URL such as postgresql://user:password@host:5432/name, got something else; ' +
        'characters such as # / ? @ in a password must be percent-encoded',
    ],
    [
      'an unknown mode of TLS',
      { DATABASE_URL: `${URL}?sslmode=maybe` },
      'sslmode of DATABASE_URL must be disable, require, verify-ca or verify-full, got "maybe"; ' +
        'correct it in the URL or in PGSSLMODE',
    ],
    [
      'an unknown way to log in',
      { LITELLM_HA_DATABASE_AUTH: 'azure' },
      'LITELLM_HA_DATABASE_AUTH must be password, rds-iam, dsql-iam or cloud-sql-iam, got "azure"; ' +
        'correct the environment variable',
    ],
    [
      'a token in clear text',
      { DATABASE_URL: `${URL}?sslmode=disable`, LITELLM_HA_DATABASE_AUTH: 'cloud-sql-iam' },
      'DATABASE_URL must use TLS for IAM authentication, got sslmode=disable; ' +
        'a token in clear text is a password in clear text: set sslmode=require or stronger',
    ],
    [
      'a token for whoever calls itself Aurora DSQL',
      {
        DATABASE_URL: `${URL}?sslmode=require`,
        LITELLM_HA_DATABASE_AUTH: 'dsql-iam',
        AWS_REGION: 'us-east-1',
      },
      'DATABASE_URL must use sslmode=verify-full for Aurora DSQL, got sslmode=require; ' +
        'its certificate is signed by an authority that Node.js knows: set verify-full, or leave sslmode out',
    ],
    [
      'IAM without a region',
      { DATABASE_URL: URL, IAM_TOKEN_DB_AUTH: 'true' },
      'AWS_REGION must name the region of the database for IAM authentication, got nothing; ' +
        'set AWS_REGION or AWS_REGION_NAME',
    ],
    [
      'a host without a user',
      { IAM_TOKEN_DB_AUTH: 'true', DATABASE_HOST: 'db', DATABASE_NAME: 'x' },
      'DATABASE_USER must be set beside DATABASE_HOST, got nothing; set it, or set DATABASE_URL',
    ],
  ])('rejects %s', (_name, environment, message) => {
    expect(() => parse(environment)).toThrow(message);
  });
});
