import type { GatewayConfig } from '../lib/config/gateway-config';
import type { Environment, GatewaySettings } from './settings';

/** Names of variables that hold a credential, whoever reads them. */
const SECRET_NAME = /(KEY|PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS)$/i;

/** Whatever this process knows and must never write: keys to the gateway, to providers and to the stores behind it. */
export function selectSecrets(
  { deployments, general, cache }: GatewayConfig,
  {
    settings,
    environment,
  }: { readonly settings: GatewaySettings; readonly environment: Environment },
): readonly string[] {
  const held = [
    settings.masterKey,
    settings.saltKey,
    settings.drainToken,
    general.masterKey,
    ...selectPasswords(general.databaseUrl),
    ...selectPasswords(general.databaseReaderUrl),
    cache?.password ?? null,
    cache?.sentinelPassword ?? null,
    ...deployments.flatMap(({ apiKey, request }) => [apiKey, ...request.secretValues]),
    ...Object.entries(environment).flatMap(([name, value]) => [
      SECRET_NAME.test(name) ? (value ?? null) : null,
      ...selectPasswords(value ?? null),
    ]),
  ];
  return [...new Set(held.filter((secret) => secret !== null))];
}

/** The password of an address, as it is written there and as it is meant. */
function selectPasswords(address: string | null): readonly string[] {
  if (address === null || !address.includes('://') || !URL.canParse(address)) return [];
  const { password } = new URL(address);
  if (password === '') return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    // A lone percent sign is meant as it is.
    return [password];
  }
}
