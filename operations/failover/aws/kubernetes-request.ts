import { request as send } from 'node:https';
import { sign } from 'aws4';
import type { AwsCall } from './aws-call';

export type KubernetesRequest = (
  method: 'GET' | 'PATCH',
  path: string,
  body?: unknown,
) => Promise<unknown>;

export interface AwsIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface KubernetesAccess {
  readonly call: AwsCall;
  readonly region: string;
  readonly cluster: string;
  readonly identity: AwsIdentity;
}

/** EKS believes a request to STS that is signed and never sent, for a minute. */
const LIFE_SECONDS = 60;
const TIMEOUT_MS = 20_000;

/** Speaks to the cluster of this region as the role of the executor. */
export function createKubernetesRequest(access: KubernetesAccess): KubernetesRequest {
  return async (method, path, body) => {
    const { cluster } = await access.call({
      service: 'eks',
      command: 'DescribeCluster',
      input: { name: access.cluster },
      region: access.region,
    });
    const { endpoint, certificateAuthority } = cluster as {
      readonly endpoint: string;
      readonly certificateAuthority: { readonly data: string };
    };
    return exchange({
      url: new URL(path, endpoint),
      method,
      token: renderEksToken(access),
      ca: Buffer.from(certificateAuthority.data, 'base64').toString(),
      body: body === undefined ? null : JSON.stringify(body),
    });
  };
}

/** @see https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html */
export function renderEksToken({
  region,
  cluster,
  identity,
}: Pick<KubernetesAccess, 'region' | 'cluster' | 'identity'>): string {
  const query = new URLSearchParams({
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
    'X-Amz-Expires': String(LIFE_SECONDS),
  });
  const host = `sts.${region}.amazonaws.com`;
  const { path } = sign(
    {
      service: 'sts',
      region,
      host,
      path: `/?${query.toString()}`,
      headers: { 'x-k8s-aws-id': cluster },
      signQuery: true,
    },
    identity,
  );
  return `k8s-aws-v1.${Buffer.from(`https://${host}${path}`).toString('base64url')}`;
}

function exchange(input: {
  readonly url: URL;
  readonly method: string;
  readonly token: string;
  readonly ca: string;
  readonly body: string | null;
}): Promise<unknown> {
  const { url, method, token, ca, body } = input;
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body === null ? {} : { 'content-type': 'application/strategic-merge-patch+json' }),
    };
    const sent = send(url, { method, ca, headers, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0 } = response;
        const text = Buffer.concat(chunks).toString();
        if (statusCode >= 300)
          reject(new Error(`the cluster answered ${statusCode} to ${method} ${url.pathname}`));
        else resolve(JSON.parse(text));
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('the cluster did not answer in time')));
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}
