import { signRequest } from '../../../../runtime/credentials/aws/sign-request';
import { bedrock } from '../../../../runtime/providers/bedrock/bedrock';
import { parseClientBody } from '../../../../runtime/providers/client-body';
import { isUnsupported } from '../../../../runtime/providers/provider';
import type { DeploymentConfig } from '../../../../lib/config/gateway-config';
import { deployment } from '../../../support/gateway-config-builder';
import { providerContext } from '../../../support/provider-context';

const HELLO = { model: 'a', messages: [{ role: 'user', content: 'Hi' }] };

function send(
  parts: Partial<DeploymentConfig>,
  variables: Readonly<Record<string, string>> = {},
): { readonly url: string; readonly headers: readonly string[]; readonly signs: boolean } | string {
  const config = deployment({ id: 'x', apiBase: null, apiKey: null, ...parts });
  const prepared = bedrock.prepare(config, providerContext(variables));
  if (isUnsupported(prepared)) return prepared.reason;
  const body = parseClientBody(Buffer.from(JSON.stringify({ ...HELLO, stream: true })), null);
  const { origin, path, headers } = prepared.toUpstream(body, config.providerModel);
  return { url: origin + path, headers, signs: prepared.authorize !== null };
}

describe('bedrock', () => {
  it.each([
    [
      'anthropic.claude-x-v1:0',
      { AWS_REGION: 'eu-west-1' },
      'https://bedrock-runtime.eu-west-1.amazonaws.com/model/anthropic.claude-x-v1%3A0/converse-stream',
    ],
    [
      'us-east-1/invoke/anthropic.claude-x',
      { AWS_REGION: 'eu-west-1' },
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-x/invoke-with-response-stream',
    ],
    [
      'converse/arn:aws:bedrock:eu-central-1:1:inference-profile/eu.anthropic.claude-x',
      {},
      'https://bedrock-runtime.eu-central-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Ainference-profile%2Feu.anthropic.claude-x/converse-stream',
    ],
    [
      'invoke/meta.llama3',
      {},
      'https://bedrock-runtime.us-west-2.amazonaws.com/model/meta.llama3/converse-stream',
    ],
  ])('is asked for %s with %j at %s', (providerModel, variables, url) => {
    expect(send({ providerModel }, variables)).toMatchObject({ url, signs: true });
  });

  it('shows a bearer token where there is one, and signs nothing then', () => {
    const sent = send({ providerModel: 'm.x' }, { AWS_BEARER_TOKEN_BEDROCK: 'abc' });
    expect(sent).toMatchObject({ signs: false });
    expect(sent).toHaveProperty('headers', expect.arrayContaining(['Bearer abc']));
  });

  it('rejects what is no model, and half a key', () => {
    expect(send({ providerModel: 'agent/A/B' })).toBe(
      'bedrock/agent/ is not supported by this gateway; name a model',
    );
    expect(send({ providerModel: 'm.x', otherParams: { aws_access_key_id: 'AKIA' } })).toBe(
      'aws_access_key_id and aws_secret_access_key must be set together',
    );
  });
});

describe('signRequest', () => {
  it('adds the signature of the request to its headers', () => {
    const signed = signRequest(
      {
        origin: 'https://bedrock-runtime.us-east-1.amazonaws.com',
        path: '/model/a%3A0/converse',
        headers: ['content-type', 'application/json'],
        body: Buffer.from('{}'),
      },
      { region: 'us-east-1', service: 'bedrock', nowMs: 0, contentType: 'application/json' },
      { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'session' },
    );
    const at = (name: string): string | undefined =>
      signed.headers[signed.headers.indexOf(name) + 1];
    expect(at('x-amz-date')).toBe('19700101T000000Z');
    expect(at('x-amz-security-token')).toBe('session');
    expect(at('authorization')).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIA\/19700101\/us-east-1\/bedrock\/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(signed.headers.slice(0, 2)).toEqual(['content-type', 'application/json']);
  });
});
