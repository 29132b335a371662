import { NO_CREDENTIALS } from '../../runtime/credentials/no-credentials';
import type { ProviderContext } from '../../runtime/providers/provider';

/** An environment of these variables, and no clouds. */
export function providerContext(variables: Readonly<Record<string, string>> = {}): ProviderContext {
  return { variable: (name) => variables[name] ?? null, credentials: NO_CREDENTIALS };
}
