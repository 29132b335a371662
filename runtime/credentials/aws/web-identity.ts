import { readFile } from 'node:fs/promises';
import type { AwsCredentials } from '../../ports';
import { assumeRoleByToken, renderStsEndpoint } from './assume-role';
import type { AssumedRole } from './assume-role';

/** A file that says who this process is, to be exchanged for the credentials of a role; EKS calls it IRSA. */
export interface WebIdentity extends AssumedRole {
  readonly kind: 'web-identity';
  /** Read anew each time: Kubernetes renews it. */
  readonly tokenFile: string;
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
    text('AWS_ENDPOINT_URL_STS') ?? (region === null ? null : renderStsEndpoint(region));
  if (roleArn === null || tokenFile === null || endpoint === null) return null;
  const sessionName = text('AWS_ROLE_SESSION_NAME') ?? 'litellm-ha';
  return { kind: 'web-identity', roleArn, tokenFile, sessionName, endpoint };
}

export async function assumeRoleWithWebIdentity(identity: WebIdentity): Promise<AwsCredentials> {
  const token = await readFile(identity.tokenFile, 'utf8');
  return assumeRoleByToken(identity, token.trim());
}
