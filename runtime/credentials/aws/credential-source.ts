import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { AwsCredentials } from '../../ports';
import { requestCredential } from '../credential-request';
import { assumeRoleWithWebIdentity, selectWebIdentity } from './web-identity';
import type { WebIdentity } from './web-identity';

/** Where this process finds AWS credentials; the names are those of AWS's own SDKs. */
export type AwsCredentialSource =
  | { readonly kind: 'fixed'; readonly credentials: AwsCredentials }
  | WebIdentity
  /** ECS tasks and EKS Pod Identity. */
  | {
      readonly kind: 'container';
      readonly url: string;
      readonly token: string | null;
      /** Read anew each time: EKS renews the file. */
      readonly tokenFile: string | null;
    }
  /** The role of an EC2 instance, by IMDSv2. */
  | { readonly kind: 'instance'; readonly endpoint: string };

const ANSWER = z.object({
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  Token: z.string().optional(),
});

const TOKEN_SECONDS = '300';
const ROLE_PATH = '/latest/meta-data/iam/security-credentials/';

/** Decides by the environment, in the order of AWS's own SDKs. */
export function selectAwsCredentialSource(
  environment: Readonly<Record<string, string | undefined>>,
): AwsCredentialSource {
  const text = (name: string): string | null => environment[name] || null;
  const accessKeyId = text('AWS_ACCESS_KEY_ID');
  const secretAccessKey = text('AWS_SECRET_ACCESS_KEY');
  if (accessKeyId !== null && secretAccessKey !== null) {
    const sessionToken = text('AWS_SESSION_TOKEN');
    return { kind: 'fixed', credentials: { accessKeyId, secretAccessKey, sessionToken } };
  }
  const webIdentity = selectWebIdentity(environment);
  if (webIdentity !== null) return webIdentity;
  const relative = text('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
  const url =
    relative === null
      ? text('AWS_CONTAINER_CREDENTIALS_FULL_URI')
      : `http://169.254.170.2${relative}`;
  if (url !== null) {
    return {
      kind: 'container',
      url,
      token: text('AWS_CONTAINER_AUTHORIZATION_TOKEN'),
      tokenFile: text('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'),
    };
  }
  const endpoint = text('AWS_EC2_METADATA_SERVICE_ENDPOINT') ?? 'http://169.254.169.254';
  return { kind: 'instance', endpoint: endpoint.replace(/\/$/, '') };
}

export async function readAwsCredentials(source: AwsCredentialSource): Promise<AwsCredentials> {
  switch (source.kind) {
    case 'fixed':
      return source.credentials;
    case 'web-identity':
      return assumeRoleWithWebIdentity(source);
    case 'container': {
      const { url, tokenFile } = source;
      const token = tokenFile === null ? source.token : (await readFile(tokenFile, 'utf8')).trim();
      const headers: Record<string, string> = token === null ? {} : { authorization: token };
      return parseAnswer(await requestCredential({ method: 'GET', url, headers }), url);
    }
    case 'instance':
      return readInstanceCredentials(source.endpoint);
  }
}

async function readInstanceCredentials(endpoint: string): Promise<AwsCredentials> {
  const token = await requestCredential({
    method: 'PUT',
    url: `${endpoint}/latest/api/token`,
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': TOKEN_SECONDS },
  });
  const headers = { 'x-aws-ec2-metadata-token': token };
  const list = `${endpoint}${ROLE_PATH}`;
  const [role = ''] = (await requestCredential({ method: 'GET', url: list, headers })).split('\n');
  const url = `${list}${encodeURIComponent(role.trim())}`;
  return parseAnswer(await requestCredential({ method: 'GET', url, headers }), url);
}

function parseAnswer(text: string, url: string): AwsCredentials {
  const parsed = ANSWER.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Error(`GET ${url}: the answer holds no credentials; give the workload a role`);
  }
  const { AccessKeyId, SecretAccessKey, Token } = parsed.data;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token ?? null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the answer.
    return null;
  }
}
