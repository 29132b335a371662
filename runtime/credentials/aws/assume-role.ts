import { requestCredential } from '../../database/iam/credential-request';
import type { AwsCredentials } from '../../ports';
import { signRequest } from './sign-request';

export interface AssumedRole {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId: string | null;
  readonly region: string;
  /** Null: STS of the region. */
  readonly endpoint: string | null;
}

const VERSION = '2011-06-15';
const FORM = 'application/x-www-form-urlencoded';

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export async function assumeRole(
  role: AssumedRole,
  by: AwsCredentials,
  nowMs: number,
): Promise<AwsCredentials> {
  const body = renderForm('AssumeRole', role);
  if (role.externalId !== null) body.set('ExternalId', role.externalId);
  const url = new URL(role.endpoint ?? renderEndpoint(role.region));
  const signed = signRequest(
    { origin: url.origin, path: url.pathname, headers: [], body: Buffer.from(body.toString()) },
    { region: role.region, service: 'sts', nowMs, contentType: FORM },
    by,
  );
  const headers: Record<string, string> = { 'content-type': FORM };
  for (let at = 0; at < signed.headers.length; at += 2) {
    headers[signed.headers[at] ?? ''] = signed.headers[at + 1] ?? '';
  }
  return parseAnswer(
    await requestCredential({ method: 'POST', url: url.href, headers, body: body.toString() }),
    role,
  );
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export async function assumeRoleByToken(role: AssumedRole, token: string): Promise<AwsCredentials> {
  const body = renderForm('AssumeRoleWithWebIdentity', role);
  body.set('WebIdentityToken', token);
  const url = role.endpoint ?? renderEndpoint(role.region);
  const headers = { 'content-type': FORM };
  return parseAnswer(
    await requestCredential({ method: 'POST', url, headers, body: body.toString() }),
    role,
  );
}

function renderForm(action: string, { roleArn, sessionName }: AssumedRole): URLSearchParams {
  return new URLSearchParams({
    Action: action,
    Version: VERSION,
    RoleArn: roleArn,
    RoleSessionName: sessionName,
  });
}

function parseAnswer(answer: string, { roleArn }: AssumedRole): AwsCredentials {
  const read = (name: string): string | null =>
    new RegExp(`<${name}>([^<]+)</${name}>`).exec(answer)?.[1]?.trim() ?? null;
  const accessKeyId = read('AccessKeyId');
  const secretAccessKey = read('SecretAccessKey');
  if (accessKeyId === null || secretAccessKey === null) {
    throw new Error(`STS gave no credentials of ${roleArn}; let it be assumed by this identity`);
  }
  return { accessKeyId, secretAccessKey, sessionToken: read('SessionToken') };
}

function renderEndpoint(region: string): string {
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`;
}
