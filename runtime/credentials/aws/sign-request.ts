import { sign } from 'aws4';
import type { AwsCredentials, UpstreamRequest } from '../../ports';

export interface Signing {
  readonly region: string;
  readonly service: string;
  /** Time of day. Unit: milliseconds since 1970. */
  readonly nowMs: number;
  readonly contentType: string;
}

/** The request with AWS's signature, version 4. Of its headers the signature covers the host and the type of the body. */
export function signRequest(
  request: UpstreamRequest,
  { region, service, nowMs, contentType }: Signing,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
): UpstreamRequest {
  const { headers = {} } = sign(
    {
      method: 'POST',
      host: new URL(request.origin).host,
      path: request.path,
      service,
      region,
      body: request.body,
      headers: {
        'Content-Type': contentType,
        'X-Amz-Date': new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, ''),
      },
    },
    { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
  );
  const added = ADDED.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [name.toLowerCase(), String(value)];
  });
  return { ...request, headers: [...request.headers, ...added] };
}

const ADDED = ['X-Amz-Date', 'X-Amz-Security-Token', 'Authorization'] as const;
