import { readFile } from 'node:fs/promises';
import { readAwsCredentials, selectAwsCredentialSource } from './credential-source';
import type { AwsAccess, AwsCredentials } from '../../ports';
import type { CredentialContext } from '../credential-context';
import type { AccessToken } from '../held-token';
import { assumeRole, assumeRoleByToken, renderStsEndpoint } from './assume-role';
import type { SignedRole } from './assume-role';
import { readProfile } from './profile';
import type { Profile } from './profile';

/** Those who hand out credentials renew theirs some minutes before they end. */
const CHAIN_MS = 5 * 60_000;
/** STS's least lifetime of a role is a quarter of an hour; asked for is an hour. */
const ROLE_MS = 45 * 60_000;
const SESSION = 'litellm-ha';
/** Profiles may point at profiles. */
const DEEPEST = 5;

/** The credentials that a deployment names, else those of AWS's standard chain. */
export async function readAccess(
  access: AwsAccess,
  context: CredentialContext,
): Promise<AccessToken<AwsCredentials>> {
  const token = await readCredentials(access, context);
  const isOfRole = access.roleArn !== null || access.webIdentityToken !== null;
  return { token, expiresAtMs: context.clock.wallMs() + (isOfRole ? ROLE_MS : CHAIN_MS) };
}

async function readCredentials(
  access: AwsAccess,
  context: CredentialContext,
): Promise<AwsCredentials> {
  const { roleArn, webIdentityToken: token } = access;
  if (roleArn === null) return readOwn(access, context);
  const role: SignedRole = {
    roleArn,
    sessionName: access.sessionName ?? SESSION,
    externalId: access.externalId,
    region: access.region,
    endpoint: access.stsEndpoint ?? renderStsEndpoint(access.region),
  };
  if (token !== null) return assumeRoleByToken(role, await readToken(token));
  return assumeRole(role, await readOwn(access, context), context.clock.wallMs());
}

/** A token has three parts; else it is the path of the file that holds it, which is read anew each time. */
async function readToken(token: string): Promise<string> {
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return token;
  return (await readFile(token, 'utf8')).trim();
}

async function readOwn(access: AwsAccess, context: CredentialContext): Promise<AwsCredentials> {
  if (access.keys !== null) return access.keys;
  const profile = access.profile ?? context.variable('AWS_PROFILE');
  if (profile !== null) return readOfProfile(profile, access, { context, depth: 0 });
  return readAwsCredentials(selectAwsCredentialSource(readEnvironment(context)));
}

interface Search {
  readonly context: CredentialContext;
  readonly depth: number;
}

async function readOfProfile(
  name: string,
  access: AwsAccess,
  { context, depth }: Search,
): Promise<AwsCredentials> {
  if (depth > DEEPEST) throw new Error(`the profile ${name} points at profiles without end`);
  const home = context.variable('HOME') ?? '~';
  const profile = await readProfile(name, {
    credentialsFile: context.variable('AWS_SHARED_CREDENTIALS_FILE') ?? `${home}/.aws/credentials`,
    configFile: context.variable('AWS_CONFIG_FILE') ?? `${home}/.aws/config`,
  });
  const { role_arn: roleArn } = profile;
  if (roleArn === undefined) return selectKeys(name, profile);
  const role: SignedRole = {
    roleArn,
    sessionName: profile.role_session_name ?? access.sessionName ?? SESSION,
    externalId: profile.external_id ?? null,
    region: access.region,
    endpoint: access.stsEndpoint ?? renderStsEndpoint(access.region),
  };
  const { web_identity_token_file: file, source_profile: source } = profile;
  if (file !== undefined) return assumeRoleByToken(role, await readToken(file));
  // A profile may be its own source: then its keys assume its role.
  const by =
    source === name
      ? selectKeys(name, profile)
      : source !== undefined
        ? await readOfProfile(source, access, { context, depth: depth + 1 })
        : await readAwsCredentials(selectAwsCredentialSource(readEnvironment(context)));
  return assumeRole(role, by, context.clock.wallMs());
}

function selectKeys(name: string, profile: Profile): AwsCredentials {
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = profile;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error(
      `the profile ${name} has no keys and no role; profiles of SSO, or with a process, are not supported here`,
    );
  }
  return { accessKeyId, secretAccessKey, sessionToken: profile.aws_session_token ?? null };
}

const NAMES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ENDPOINT_URL_STS',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
] as const;

function readEnvironment({ variable }: CredentialContext): Readonly<Record<string, string>> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = variable(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}
