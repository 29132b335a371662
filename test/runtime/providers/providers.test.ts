import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { parseClientBody } from '../../../runtime/providers/client-body';
import { isUnsupported } from '../../../runtime/providers/provider';
import { PROVIDERS } from '../../../runtime/providers/providers';
import { deployment } from '../../support/gateway-config-builder';
import { providerContext } from '../../support/provider-context';

const BODY = parseClientBody(Buffer.from('{"model":"a","messages":[]}'), null);

function prepare(
  name: string,
  parts: Partial<DeploymentConfig>,
  variables: Readonly<Record<string, string>> = {},
): { readonly url: string; readonly headers: Readonly<Record<string, string>> } | string {
  const config = deployment({ id: 'x', apiBase: null, ...parts });
  const provider = PROVIDERS.get(name)?.prepare(config, providerContext(variables));
  if (provider === undefined) return 'unknown provider';
  if (isUnsupported(provider)) return provider.reason;
  const request = provider.toUpstream(BODY, 'gpt 4');
  const headers: Record<string, string> = {};
  for (let at = 0; at < request.headers.length; at += 2) {
    headers[request.headers[at] ?? ''] = request.headers[at + 1] ?? '';
  }
  expect(request.body.toString()).toBe('{"model":"gpt 4","messages":[]}');
  return { url: request.origin + request.path, headers };
}

describe('openai', () => {
  it('speaks to OpenAI by default', () => {
    expect(prepare('openai', { organization: 'org-1' })).toEqual({
      url: 'https://api.openai.com/v1/chat/completions',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer sk-provider-canary',
        'openai-organization': 'org-1',
        'accept-encoding': 'identity',
      },
    });
  });

  it('takes address and key from the environment when the deployment has none', () => {
    const prepared = prepare(
      'openai',
      { apiKey: null },
      { OPENAI_API_KEY: 'sk-env', OPENAI_BASE_URL: 'http://localhost:1/v1/' },
    );
    expect(prepared).toMatchObject({
      url: 'http://localhost:1/v1/chat/completions',
      headers: { authorization: 'Bearer sk-env' },
    });
  });

  it.each([
    ['file:///etc/passwd', 'api_base must start with https:// or http://, got file://'],
    ['http://user:pw@host', 'api_base must not hold a user name or password'],
    ['nonsense', 'api_base is not a URL'],
  ])('rejects the address %s', (apiBase, reason) => {
    expect(prepare('openai', { apiBase })).toBe(reason);
  });

  it('rejects a deployment without a key', () => {
    expect(prepare('openai', { apiKey: null })).toBe(
      'api_key is not set, and neither is OPENAI_API_KEY',
    );
  });
});

describe('azure', () => {
  it('names the deployment in the path and sends the key in its own header', () => {
    const prepared = prepare('azure', {
      apiBase: 'https://r.openai.azure.com/',
      apiVersion: '2024-02-15-preview',
    });
    expect(prepared).toEqual({
      url: 'https://r.openai.azure.com/openai/deployments/gpt%204/chat/completions?api-version=2024-02-15-preview',
      headers: {
        'content-type': 'application/json',
        'api-key': 'sk-provider-canary',
        'accept-encoding': 'identity',
      },
    });
  });

  it('accepts an address that leads to a deployment already', () => {
    const apiBase = 'https://r.openai.azure.com/openai/deployments/gpt';
    expect(prepare('azure', { apiBase }, { AZURE_API_VERSION: 'v' })).toMatchObject({
      url: 'https://r.openai.azure.com/openai/deployments/gpt%204/chat/completions?api-version=v',
    });
  });

  it('speaks the v1 API where the address leads to it', () => {
    const apiBase = 'https://r.openai.azure.com/openai/v1/';
    const url = 'https://r.openai.azure.com/openai/v1/chat/completions';
    expect(prepare('azure', { apiBase, apiVersion: '2024-06-01' })).toMatchObject({ url });
    expect(prepare('azure', { apiBase, apiVersion: 'preview' })).toMatchObject({
      url: `${url}?api-version=preview`,
    });
  });

  it('shows a token of Entra like one', () => {
    const parts = { apiBase: 'https://r', apiKey: null, otherParams: { azure_ad_token: 'eyJ' } };
    const prepared = prepare('azure', parts, { AZURE_API_KEY: 'not this' });
    expect(prepared).toMatchObject({ headers: { authorization: 'Bearer eyJ' } });
    expect(prepared).not.toHaveProperty(['headers', 'api-key']);
  });

  it('rejects a deployment without an address or a key', () => {
    expect(prepare('azure', {})).toBe('api_base is not set, and neither is AZURE_API_BASE');
    expect(prepare('azure', { apiKey: null, apiBase: 'https://r' })).toBe(
      'api_key, azure_ad_token and client_secret are not set, and neither is AZURE_OPENAI_API_KEY or AZURE_API_KEY, nor an identity of Entra',
    );
  });
});
