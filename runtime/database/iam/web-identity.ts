import { readFile } from 'node:fs/promises';
import { requestCredential } from './credential-request';

/** A file that says who this process is, to be exchanged for the credentials of a role; EKS calls it IRSA. */
export interface WebIdentity {
  readonly kind: 'web-identity';
  readonly roleArn: string;
  /** Read anew each time: Kubernetes renews it. */
  readonly tokenFile: string;
  /** What the audit log calls the process. */
  readonly sessionName: string;
  /** STS of the region: it answers also when another region is away. */
  readonly endpoint: string;
}

/** Of a role, for an hour at most. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Null: the environment names no such file, or no region whose STS could be asked. */
export function selectWebIdentity(
  environment: Readonly<Record<string, string | undefined>>,
): WebIdentity | null {
  const text = (name: string): string | null => environment[name] || null;
  const roleArn = text('AWS_ROLE_ARN');
  const tokenFile = text('AWS_WEB_IDENTITY_TOKEN_FILE');
  const region = text('AWS_REGION') ?? text('AWS_DEFAULT_REGION');
  const endpoint =
    text('AWS_ENDPOINT_URL_STS') ?? (region === null ? null : renderEndpoint(region));
  if (roleArn === null || tokenFile === null || endpoint === null) return null;
  const sessionName = text('AWS_ROLE_SESSION_NAME') ?? 'litellm-ha';
  return { kind: 'web-identity', roleArn, tokenFile, sessionName, endpoint };
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export async function assumeRoleWithWebIdentity(identity: WebIdentity): Promise<RoleCredentials> {
  const { roleArn, tokenFile, sessionName, endpoint } = identity;
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    WebIdentityToken: (await readFile(tokenFile, 'utf8')).trim(),
  });
  const answer = await requestCredential({
    method: 'POST',
    url: endpoint,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
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

function renderEndpoint(region: string): string {
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`;
}
