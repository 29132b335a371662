import { GATEWAY_ENVIRONMENT } from '../lib/gateway-contract';
import type { ProviderDefaults } from './providers/provider';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says, as opposed to the configuration file. */
export interface GatewaySettings {
  readonly masterKey: string | null;
  readonly databaseUrl: string | null;
  readonly region: string | null;
  readonly drainToken: string | null;
  readonly drainSeconds: number;
  readonly propagationSeconds: number;
  readonly keepAliveSeconds: number;
  readonly providerDefaults: ProviderDefaults;
}

/** LiteLLM's bound on a graceful shutdown. */
const DRAIN_SECONDS = 30;
/** Above the 60 seconds of an ALB; Google's load balancer needs 600 and is given more by its deployment. */
const KEEP_ALIVE_SECONDS = 75;

export class SettingsError extends Error {}

export function parseSettings(environment: Environment): GatewaySettings {
  const text = (name: string): string | null => {
    const value = environment[name];
    return value === undefined || value === '' ? null : value;
  };
  const seconds = (name: string, standard: number): number => {
    const value = text(name);
    if (value === null) return standard;
    const number = Number(value);
    if (Number.isFinite(number) && number >= 0 && number <= 86_400) return number;
    throw new SettingsError(
      `${name} must be a number of seconds from 0 to 86400; correct the environment variable`,
    );
  };
  return {
    masterKey: text(GATEWAY_ENVIRONMENT.masterKey),
    databaseUrl: text(GATEWAY_ENVIRONMENT.databaseUrl),
    region: text(GATEWAY_ENVIRONMENT.region),
    drainToken: text(GATEWAY_ENVIRONMENT.drainToken),
    drainSeconds: seconds(GATEWAY_ENVIRONMENT.drainSeconds, DRAIN_SECONDS),
    propagationSeconds: seconds(GATEWAY_ENVIRONMENT.propagationSeconds, 0),
    keepAliveSeconds: seconds(GATEWAY_ENVIRONMENT.keepAliveSeconds, KEEP_ALIVE_SECONDS),
    providerDefaults: {
      openaiApiKey: text('OPENAI_API_KEY'),
      openaiApiBase: text('OPENAI_BASE_URL') ?? text('OPENAI_API_BASE'),
      azureApiKey: text('AZURE_API_KEY'),
      azureApiBase: text('AZURE_API_BASE'),
      azureApiVersion: text('AZURE_API_VERSION'),
    },
  };
}
