import { readFile } from 'node:fs/promises';
import { requestCredential } from '../credential-request';
import type { AzureAccess } from '../../ports';
import type { CredentialContext } from '../credential-context';
import type { AccessToken } from '../held-token';

const AUTHORITY = 'https://login.microsoftonline.com';
const INSTANCE_METADATA = 'http://169.254.169.254';
const JWT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * An access token of Microsoft Entra, from the first source that is configured: client secret, workload identity, the managed
 * identity of App Service and Container Apps, that of the virtual machine. Three plain requests, so no SDK is loaded for them.
 */
export async function readAzureToken(
  access: AzureAccess,
  context: CredentialContext,
): Promise<AccessToken> {
  const { variable } = context;
  const tenantId = access.tenantId ?? variable('AZURE_TENANT_ID');
  const clientId = access.clientId ?? variable('AZURE_CLIENT_ID');
  const secret = access.clientSecret ?? variable('AZURE_CLIENT_SECRET');
  const tokenFile = variable('AZURE_FEDERATED_TOKEN_FILE');
  if (tenantId !== null && clientId !== null && (secret !== null || tokenFile !== null)) {
    // The kubelet rotates the file, so it is read anew for each token.
    const proof: Readonly<Record<string, string>> =
      secret === null
        ? { client_assertion_type: JWT_ASSERTION, client_assertion: await readProof(tokenFile) }
        : { client_secret: secret };
    const form = { grant_type: 'client_credentials', client_id: clientId, scope: access.scope };
    return requestByProof(tenantId, { ...form, ...proof }, context);
  }
  return requestManagedIdentity(access.scope, clientId, context);
}

async function readProof(path: string | null): Promise<string> {
  try {
    return (await readFile(path ?? '', 'utf8')).trim();
  } catch (error) {
    throw new Error(`AZURE_FEDERATED_TOKEN_FILE cannot be read: ${path ?? ''}`, { cause: error });
  }
}

/** @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
async function requestByProof(
  tenantId: string,
  form: Readonly<Record<string, string>>,
  context: CredentialContext,
): Promise<AccessToken> {
  const authority = context.variable('AZURE_AUTHORITY_HOST') ?? AUTHORITY;
  requireSafe(authority);
  const answer = await requestCredential({
    method: 'POST',
    url: `${authority.replace(/\/+$/, '')}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  return parseToken(answer, context.clock.wallMs());
}

/** @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token */
async function requestManagedIdentity(
  scope: string,
  clientId: string | null,
  { variable, clock }: CredentialContext,
): Promise<AccessToken> {
  const endpoint = variable('IDENTITY_ENDPOINT');
  const header = variable('IDENTITY_HEADER');
  const query = new URLSearchParams({ resource: scope.replace(/\/\.default$/, '') });
  // Without it Azure takes the identity that the system has assigned.
  if (clientId !== null) query.set('client_id', clientId);
  if (endpoint !== null && header !== null) {
    query.set('api-version', '2019-08-01');
    const url = `${endpoint}?${query.toString()}`;
    const headers = { 'x-identity-header': header };
    return parseToken(await requestCredential({ method: 'GET', url, headers }), clock.wallMs());
  }
  query.set('api-version', '2018-02-01');
  const host = variable('AZURE_POD_IDENTITY_AUTHORITY_HOST') ?? INSTANCE_METADATA;
  const url = `${host.replace(/\/+$/, '')}/metadata/identity/oauth2/token?${query.toString()}`;
  const headers = { metadata: 'true' };
  return parseToken(await requestCredential({ method: 'GET', url, headers }), clock.wallMs());
}

/** Entra counts in seconds from now; App Service tells the second itself. Both may be text. */
function parseToken(answer: string, nowMs: number): AccessToken {
  const { access_token: token, expires_in: forSeconds, expires_on: atSeconds } = parseMap(answer);
  if (typeof token !== 'string' || token === '') {
    throw new Error('Microsoft Entra answered without an access_token');
  }
  if (forSeconds !== undefined && Number(forSeconds) > 0) {
    return { token, expiresAtMs: nowMs + Number(forSeconds) * 1000 };
  }
  // Without a word about its end it serves one request.
  return { token, expiresAtMs: Number(atSeconds) > 0 ? Number(atSeconds) * 1000 : nowMs };
}

function parseMap(answer: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(answer);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A secret never crosses a network in the clear. */
function requireSafe(authority: string): void {
  const url = URL.canParse(authority) ? new URL(authority) : null;
  if (url?.protocol === 'https:') return;
  if (url?.protocol === 'http:' && LOOPBACK.has(url.hostname)) return;
  throw new Error(`AZURE_AUTHORITY_HOST must start with https://, got ${authority}`);
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
