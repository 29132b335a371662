import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import type { AzureAccess } from '../../ports';
import type { ProviderContext, Unsupported } from '../provider';
import { readText } from '../translate/openai-request';

/** Who a deployment is in Microsoft Entra. `named`: by its own parameters. `found`: by the environment. */
export type EntraIdentity =
  { readonly kind: 'none' } | { readonly kind: 'named' | 'found'; readonly access: AzureAccess };

const SCOPE = 'https://cognitiveservices.azure.com/.default';
/** LiteLLM's `AZURE_CREDENTIAL`, as far as it means an identity that leaves no other trace in the environment. */
const MANAGED: ReadonlySet<string | null> = new Set([
  'DefaultAzureCredential',
  'ManagedIdentityCredential',
]);

/** A client secret without the rest is refused: whatever else were used would be another identity than the one meant. */
export function selectEntra(
  params: DeploymentConfig['otherParams'],
  variable: ProviderContext['variable'],
): EntraIdentity | Unsupported {
  const own = (name: string): string | null => readText(params[name]);
  const ownSecret = own('client_secret');
  const access: AzureAccess = {
    tenantId: own('tenant_id') ?? variable('AZURE_TENANT_ID'),
    clientId: own('client_id') ?? variable('AZURE_CLIENT_ID'),
    clientSecret: ownSecret ?? variable('AZURE_CLIENT_SECRET'),
    scope: own('azure_scope') ?? variable('AZURE_SCOPE') ?? SCOPE,
  };
  const isApplication = access.tenantId !== null && access.clientId !== null;
  if (ownSecret !== null) {
    return isApplication ? { kind: 'named', access } : { reason: SECRET_ALONE };
  }
  const hasProof = access.clientSecret !== null || variable('AZURE_FEDERATED_TOKEN_FILE') !== null;
  const isManaged =
    (variable('IDENTITY_ENDPOINT') !== null && variable('IDENTITY_HEADER') !== null) ||
    MANAGED.has(variable('AZURE_CREDENTIAL'));
  return (isApplication && hasProof) || isManaged ? { kind: 'found', access } : { kind: 'none' };
}

const SECRET_ALONE =
  'client_secret is set without tenant_id and client_id, and neither are AZURE_TENANT_ID and AZURE_CLIENT_ID';
