import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import type { AwsAccess } from '../../ports';
import type { Unsupported } from '../provider';

/** Which credentials the parameters of a deployment name, in LiteLLM's words. */
export function selectAwsAccess(
  { otherParams }: Pick<DeploymentConfig, 'otherParams'>,
  region: string,
): AwsAccess | Unsupported {
  const text = (name: string): string | null => {
    const value = otherParams[name];
    return typeof value === 'string' && value.trim() !== '' ? value : null;
  };
  const accessKeyId = text('aws_access_key_id');
  const secretAccessKey = text('aws_secret_access_key');
  if ((accessKeyId === null) !== (secretAccessKey === null)) {
    return { reason: 'aws_access_key_id and aws_secret_access_key must be set together' };
  }
  return {
    region,
    profile: text('aws_profile_name'),
    roleArn: text('aws_role_name'),
    sessionName: text('aws_session_name'),
    externalId: text('aws_external_id'),
    webIdentityToken: text('aws_web_identity_token'),
    stsEndpoint: text('aws_sts_endpoint'),
    keys:
      accessKeyId === null || secretAccessKey === null
        ? null
        : { accessKeyId, secretAccessKey, sessionToken: text('aws_session_token') },
  };
}
