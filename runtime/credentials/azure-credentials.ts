import type { CloudCredentials } from '../ports';
import { readAzureToken } from './azure/azure-chain';
import type { CredentialContext } from './credential-context';
import { holdTokens } from './held-tokens';

/** Tokens of Microsoft Entra. */
export function createAzureCredentials(context: CredentialContext): CloudCredentials['azure'] {
  return holdTokens(context.clock, (access) => readAzureToken(access, context));
}
