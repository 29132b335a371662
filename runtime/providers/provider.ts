import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { UpstreamRequest } from '../ports';
import type { ClientBody } from './client-body';
import type { UsageEvent } from './upstream-body';

/** What the environment says of providers where the configuration is silent; LiteLLM's variables. */
export interface ProviderDefaults {
  readonly openaiApiKey: string | null;
  readonly openaiApiBase: string | null;
  readonly azureApiKey: string | null;
  readonly azureApiBase: string | null;
  readonly azureApiVersion: string | null;
}

/** One deployment as its provider wants to be spoken to; all that does not change between requests is ready. */
export interface Speaker {
  /** What clients may know of the address: no query, no credentials. */
  readonly apiBase: string;
  /** Keys and whatever else comes from the environment: struck from whatever a provider says, answers included. */
  readonly secrets: readonly string[];
  /** The same and where the provider stands: struck from its errors and its headers. A model may name any address. */
  readonly undisclosed: readonly string[];
  /** Whether a stream ends with an event that tells its usage when it is asked to. Unknown: to be tried. */
  readonly usageEvents: 'spoken' | 'unknown' | 'unspoken';
  /** Pure translation of a client's call. `added`: asks for the usage of a stream, whether the client does or not. */
  toUpstream(body: ClientBody, providerModel: string, usageEvent?: UsageEvent): UpstreamRequest;
}

/** A provider's dialect. */
export interface Provider {
  /** The deployment made ready, or the reason why it cannot be spoken to. */
  prepare(deployment: DeploymentConfig, defaults: ProviderDefaults): Speaker | Unspeakable;
}

export interface Unspeakable {
  readonly reason: string;
}

export function isUnspeakable(prepared: Speaker | Unspeakable): prepared is Unspeakable {
  return 'reason' in prepared;
}
