import type { AwsCredentialSource } from '../credentials/aws/credential-source';
import { selectAwsCredentialSource } from '../credentials/aws/credential-source';

/** Where PostgreSQL is and how to log in. */
export interface DatabaseSettings {
  readonly writer: DatabaseServer;
  /** Null: the writer answers reads, too. */
  readonly reader: DatabaseServer | null;
  readonly login: DatabaseLogin;
}

export interface DatabaseServer {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Null: none, or a token takes its place. */
  readonly password: string | null;
  readonly database: string;
  readonly tls: DatabaseTls;
}

export type DatabaseTls =
  | { readonly kind: 'off' }
  /** Safe from listeners, not from impostors. */
  | { readonly kind: 'encrypted' }
  | {
      readonly kind: 'verified';
      /** PEM file of the authorities to trust; null: those of Node.js. */
      readonly authorityFile: string | null;
      readonly hostName: 'checked' | 'ignored';
    };

/** What stands for the password. */
export type DatabaseLogin =
  | { readonly kind: 'password' }
  | {
      readonly kind: 'rds-iam' | 'dsql-iam';
      readonly awsRegion: string;
      readonly credentials: AwsCredentialSource;
    }
  | { readonly kind: 'cloud-sql-iam'; readonly metadataHost: string };

/** The settings name no database that could be used; the message says what to mend and quotes no secret. */
export class DatabaseSettingsError extends Error {}

export interface DatabaseSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `general_settings.database_url`, which goes before the environment. */
  readonly configuredUrl: string | null;
}

const LOGIN_KINDS: readonly DatabaseLogin['kind'][] = [
  'password',
  'rds-iam',
  'dsql-iam',
  'cloud-sql-iam',
];

const TRUE = /^(true|1)$/i;
const STANDARD_PORT = 5432;

/** Null: no server is named, so the gateway keeps its own store. Names are LiteLLM's, libpq's and the clouds' own. */
export function parseDatabaseSettings({
  environment,
  configuredUrl,
}: DatabaseSources): DatabaseSettings | null {
  const text = (name: string): string | null => environment[name] || null;
  const loginKind = selectLoginKind(environment);
  const writerUrl =
    configuredUrl ?? text('DATABASE_URL') ?? (loginKind === 'password' ? null : joinUrl(text));
  if (writerUrl === null) return null;
  const readerUrl = text('DATABASE_URL_READ_REPLICA');
  const rest = {
    mode: text('PGSSLMODE'),
    authorityFile: text('PGSSLROOTCERT'),
    loginKind,
    password: text('DATABASE_PASSWORD'),
  };
  return {
    writer: parseServer('DATABASE_URL', writerUrl, rest),
    reader: readerUrl === null ? null : parseServer('DATABASE_URL_READ_REPLICA', readerUrl, rest),
    login: resolveLogin(loginKind, environment),
  };
}

function selectLoginKind(environment: DatabaseSources['environment']): DatabaseLogin['kind'] {
  const kind = environment.LITELLM_HA_DATABASE_AUTH || null;
  if (kind === null) return TRUE.test(environment.IAM_TOKEN_DB_AUTH ?? '') ? 'rds-iam' : 'password';
  const known = LOGIN_KINDS.find((each) => each === kind);
  if (known !== undefined) return known;
  throw new DatabaseSettingsError(
    `LITELLM_HA_DATABASE_AUTH must be password, rds-iam, dsql-iam or cloud-sql-iam, got ${JSON.stringify(kind)}; ` +
      'correct the environment variable',
  );
}

function resolveLogin(
  kind: DatabaseLogin['kind'],
  environment: DatabaseSources['environment'],
): DatabaseLogin {
  switch (kind) {
    case 'password':
      return { kind };
    case 'cloud-sql-iam':
      return { kind, metadataHost: environment.GCE_METADATA_HOST || 'metadata.google.internal' };
    case 'rds-iam':
    case 'dsql-iam': {
      const awsRegion =
        environment.AWS_REGION_NAME || environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
      if (awsRegion) {
        return { kind, awsRegion, credentials: selectAwsCredentialSource(environment) };
      }
      throw new DatabaseSettingsError(
        'AWS_REGION must name the region of the database for IAM authentication, got nothing; ' +
          'set AWS_REGION or AWS_REGION_NAME',
      );
    }
  }
}

/** LiteLLM's separate variables, which it reads where a token takes the place of the password. */
function joinUrl(text: (name: string) => string | null): string | null {
  const host = text('DATABASE_HOST');
  if (host === null) return null;
  const user = text('DATABASE_USER');
  const name = text('DATABASE_NAME');
  if (user === null || name === null) {
    throw new DatabaseSettingsError(
      `${user === null ? 'DATABASE_USER' : 'DATABASE_NAME'} must be set beside DATABASE_HOST, got nothing; ` +
        'set it, or set DATABASE_URL',
    );
  }
  const port = text('DATABASE_PORT') ?? String(STANDARD_PORT);
  return `postgresql://${encodeURIComponent(user)}@${host}:${port}/${encodeURIComponent(name)}`;
}

/** What stands beside a URL. */
interface ServerSettings {
  readonly mode: string | null;
  readonly authorityFile: string | null;
  readonly loginKind: DatabaseLogin['kind'];
  /** Of a URL that holds none: one that rotates may hold what a URL would have to escape. */
  readonly password: string | null;
}

const STANDARD_MODES: Readonly<Record<DatabaseLogin['kind'], string>> = {
  password: 'disable',
  'rds-iam': 'require',
  'dsql-iam': 'verify-full',
  'cloud-sql-iam': 'require',
};

/** Other parameters, such as `connection_limit`, are for LiteLLM's own client and mean nothing to this one. */
function parseServer(name: string, text: string, settings: ServerSettings): DatabaseServer {
  const url = parseUrl(name, text);
  const login = settings.loginKind;
  const mode = url.searchParams.get('sslmode') ?? settings.mode ?? STANDARD_MODES[login];
  const tls = resolveTls(name, mode, url.searchParams.get('sslrootcert') ?? settings.authorityFile);
  if (login !== 'password' && tls.kind === 'off') {
    throw new DatabaseSettingsError(
      `${name} must use TLS for IAM authentication, got sslmode=disable; ` +
        'a token in clear text is a password in clear text: set sslmode=require or stronger',
    );
  }
  if (login === 'dsql-iam' && !(tls.kind === 'verified' && tls.hostName === 'checked')) {
    throw new DatabaseSettingsError(
      `${name} must use sslmode=verify-full for Aurora DSQL, got sslmode=${mode}; ` +
        'its certificate is signed by an authority that Node.js knows: set verify-full, or leave sslmode out',
    );
  }
  const user = decodeURIComponent(url.username);
  return {
    host: url.searchParams.get('host') ?? url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? STANDARD_PORT : Number(url.port),
    user,
    password: login === 'password' ? selectPassword(url, settings) : null,
    database: decodeURIComponent(url.pathname.slice(1)) || user,
    tls,
  };
}

function selectPassword(url: URL, { password }: ServerSettings): string | null {
  return url.password === '' ? password : decodeURIComponent(url.password);
}

/** Modes as libpq and LiteLLM understand them, save that `allow` and `prefer` never fall back to clear text. */
function resolveTls(name: string, mode: string, authorityFile: string | null): DatabaseTls {
  switch (mode) {
    case 'disable':
      return { kind: 'off' };
    case 'allow':
    case 'prefer':
    case 'no-verify':
      return { kind: 'encrypted' };
    case 'require':
      return authorityFile === null
        ? { kind: 'encrypted' }
        : { kind: 'verified', authorityFile, hostName: 'ignored' };
    case 'verify-ca':
      return { kind: 'verified', authorityFile, hostName: 'ignored' };
    case 'verify-full':
      return { kind: 'verified', authorityFile, hostName: 'checked' };
    default:
      throw new DatabaseSettingsError(
        `sslmode of ${name} must be disable, require, verify-ca or verify-full, got ${JSON.stringify(mode)}; ` +
          'correct it in the URL or in PGSSLMODE',
      );
  }
}

function parseUrl(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^postgres(ql)?:$/.test(url.protocol)) return url;
  throw new DatabaseSettingsError(
    `${name} must be a URL such as postgresql://user:password@host:5432/name, got something else; ` +
      'characters such as # / ? @ in a password must be percent-encoded',
  );
}
