import type { DeploymentConfig } from '../../../../lib/config/gateway-config';
import { NO_CREDENTIALS } from '../../../../runtime/credentials/no-credentials';
import { azure } from '../../../../runtime/providers/azure/azure';
import { selectEntra } from '../../../../runtime/providers/azure/entra';
import { parseClientBody } from '../../../../runtime/providers/client-body';
import { isUnsupported } from '../../../../runtime/providers/provider';
import { deployment } from '../../../support/gateway-config-builder';

type Variables = Readonly<Record<string, string>>;

const SCOPE = 'https://cognitiveservices.azure.com/.default';
const OWN = { tenant_id: 'tenant', client_id: 'client', client_secret: 'secret' };
const IN_ENVIRONMENT: Variables = {
  AZURE_TENANT_ID: 'env-tenant',
  AZURE_CLIENT_ID: 'env-client',
  AZURE_CLIENT_SECRET: 'env-secret',
};
const BODY = parseClientBody(Buffer.from('{"model":"a","messages":[]}'), null);

function select(params: Variables, variables: Variables): unknown {
  return selectEntra(params, (name) => variables[name] ?? null);
}

describe('selectEntra', () => {
  it('takes what the deployment names before what the environment has', () => {
    expect(select(OWN, IN_ENVIRONMENT)).toEqual({
      kind: 'named',
      access: { tenantId: 'tenant', clientId: 'client', clientSecret: 'secret', scope: SCOPE },
    });
  });

  it('fills what the deployment leaves out from the environment', () => {
    const variables = { ...IN_ENVIRONMENT, AZURE_SCOPE: 'env-scope' };
    expect(select({ client_secret: 'secret' }, variables)).toEqual({
      kind: 'named',
      access: {
        tenantId: 'env-tenant',
        clientId: 'env-client',
        clientSecret: 'secret',
        scope: 'env-scope',
      },
    });
    expect(select({ azure_scope: 'own' }, variables)).toHaveProperty('access.scope', 'own');
  });

  it.each<[string, Variables]>([
    ['a secret', IN_ENVIRONMENT],
    [
      'a workload identity',
      { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_FEDERATED_TOKEN_FILE: '/f' },
    ],
    ['App Service', { IDENTITY_ENDPOINT: 'http://127.0.0.1', IDENTITY_HEADER: 'h' }],
    ['a managed identity', { AZURE_CREDENTIAL: 'ManagedIdentityCredential' }],
    ['the default chain', { AZURE_CREDENTIAL: 'DefaultAzureCredential' }],
  ])('finds %s in the environment', (_name, variables) => {
    expect(select({}, variables)).toMatchObject({ kind: 'found' });
  });

  it.each<[string, Variables]>([
    ['nothing', {}],
    ['half an application', { AZURE_TENANT_ID: 't', AZURE_FEDERATED_TOKEN_FILE: '/f' }],
    ['an application without a proof', { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c' }],
    ['half of App Service', { IDENTITY_ENDPOINT: 'http://127.0.0.1' }],
  ])('finds no identity in %s', (_name, variables) => {
    expect(select({}, variables)).toEqual({ kind: 'none' });
  });

  it('rejects a client secret that belongs to nobody', () => {
    expect(select({ client_secret: 'secret', client_id: 'client' }, {})).toEqual({
      reason:
        'client_secret is set without tenant_id and client_id, and neither are AZURE_TENANT_ID and AZURE_CLIENT_ID',
    });
  });
});

describe('azure', () => {
  function sees(parts: Partial<DeploymentConfig>, variables: Variables): string | null {
    const config = deployment({ id: 'x', apiBase: 'https://r', apiKey: null, ...parts });
    const variable = (name: string): string | null => variables[name] ?? null;
    const prepared = azure.prepare(config, { variable, credentials: NO_CREDENTIALS });
    if (isUnsupported(prepared)) return prepared.reason;
    if (prepared.authorize !== null) return 'entra';
    const { headers } = prepared.toUpstream(BODY, 'gpt');
    return headers.find((value) => /^(own|env|Bearer)/.test(value)) ?? null;
  }

  const KEY: Variables = { AZURE_API_KEY: 'env-key' };

  it.each<[string, Partial<DeploymentConfig>, Variables]>([
    ['own-key', { apiKey: 'own-key', otherParams: OWN }, KEY],
    ['Bearer eyJ', { otherParams: { ...OWN, azure_ad_token: 'eyJ' } }, KEY],
    ['entra', { otherParams: OWN }, KEY],
    ['env-key', {}, { ...KEY, ...IN_ENVIRONMENT }],
    ['env-first', {}, { ...KEY, AZURE_OPENAI_API_KEY: 'env-first' }],
    ['Bearer env', {}, { AZURE_AD_TOKEN: 'env', ...IN_ENVIRONMENT }],
    ['entra', {}, IN_ENVIRONMENT],
  ])('shows %s where that comes first', (shown, parts, variables) => {
    expect(sees(parts, variables)).toBe(shown);
  });
});
