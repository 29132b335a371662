import type { AwsCredentials } from '../../ports';
import { requestCredential } from '../credential-request';
import { signRequest } from './sign-request';

export interface AssumedRole {
  readonly roleArn: string;
  /** What the audit log calls the process. */
  readonly sessionName: string;
  /** STS; that of a region answers also when another region is away. */
  readonly endpoint: string;
}

/** A role that is assumed by keys. */
export interface SignedRole extends AssumedRole {
  readonly externalId: string | null;
  readonly region: string;
}

const VERSION = '2011-06-15';
const FORM = 'application/x-www-form-urlencoded';

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export async function assumeRole(
  role: SignedRole,
  by: AwsCredentials,
  nowMs: number,
): Promise<AwsCredentials> {
  const { region, externalId } = role;
  const form = renderForm('AssumeRole', role);
  if (externalId !== null) form.set('ExternalId', externalId);
  const url = new URL(role.endpoint);
  const { headers } = signRequest(
    { origin: url.origin, path: url.pathname, headers: [], body: Buffer.from(form.toString()) },
    { region, service: 'sts', nowMs, contentType: FORM },
    by,
  );
  const pairs = headers.flatMap((name, at) =>
    at % 2 === 0 ? [[name, headers[at + 1] ?? ''] as const] : [],
  );
  return ask(role, form, Object.fromEntries(pairs));
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export async function assumeRoleByToken(role: AssumedRole, token: string): Promise<AwsCredentials> {
  const form = renderForm('AssumeRoleWithWebIdentity', role);
  form.set('WebIdentityToken', token);
  return ask(role, form, {});
}

/** STS of a region. */
export function renderStsEndpoint(region: string): string {
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`;
}

function renderForm(action: string, { roleArn, sessionName }: AssumedRole): URLSearchParams {
  return new URLSearchParams({
    Action: action,
    Version: VERSION,
    RoleArn: roleArn,
    RoleSessionName: sessionName,
  });
}

async function ask(
  { roleArn, endpoint }: AssumedRole,
  form: URLSearchParams,
  signature: Readonly<Record<string, string>>,
): Promise<AwsCredentials> {
  const answer = await requestCredential({
    method: 'POST',
    url: endpoint,
    headers: { 'content-type': FORM, ...signature },
    body: form.toString(),
  });
  const read = (name: string): string | null =>
    new RegExp(`<${name}>([^<]+)</${name}>`).exec(answer)?.[1]?.trim() ?? null;
  const accessKeyId = read('AccessKeyId');
  const secretAccessKey = read('SecretAccessKey');
  const sessionToken = read('SessionToken');
  if (accessKeyId === null || secretAccessKey === null || sessionToken === null) {
    throw new Error(
      `POST ${endpoint}: the answer holds no credentials; let ${roleArn} be assumed by this identity`,
    );
  }
  return { accessKeyId, secretAccessKey, sessionToken };
}
