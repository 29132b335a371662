import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { CloudCredentials, UpstreamRequest } from '../ports';
import type { ClientBody } from './client-body';
import type { Translate } from './translation';
import type { UsageEvent } from './upstream-body';

/** What providers take from outside of a deployment's parameters. */
export interface ProviderContext {
  /** A variable of the environment; null: not set, or blank. */
  readonly variable: (name: string) => string | null;
  readonly credentials: CloudCredentials;
}

/** One deployment in its provider's own words; all that does not change between requests is ready. */
export interface PreparedProvider {
  /** What clients may know of the address: no query, no credentials. */
  readonly apiBase: string;
  /** Keys and whatever else comes from the environment: struck from whatever a provider says, answers included. */
  readonly secrets: readonly string[];
  /** The same and where the provider stands: struck from its errors and its headers. A model may name any address. */
  readonly undisclosed: readonly string[];
  /** Whether a stream ends with an event that tells its usage when it is asked to. Unknown: to be tried. */
  readonly usageEvents: 'supported' | 'unknown' | 'unsupported';
  /** Pure translation of a client's call. `added`: asks for the usage of a stream, whether the client does or not. */
  toUpstream(body: ClientBody, providerModel: string, usageEvent?: UsageEvent): UpstreamRequest;
  /**
   * Adds what takes time to get: a token, a signature with temporary keys. Rejects when there are no credentials. Null: the
   * request is complete.
   */
  readonly authorize: ((request: UpstreamRequest) => Promise<UpstreamRequest>) | null;
  /** Reads an answer in the provider's own format. Null: it is OpenAI's, and its bytes pass as they are. */
  readonly translate: Translate | null;
}

/** A provider's dialect. */
export interface Provider {
  /** The deployment made ready, or the reason why it cannot be asked. */
  prepare(deployment: DeploymentConfig, context: ProviderContext): PreparedProvider | Unsupported;
}

export interface Unsupported {
  readonly reason: string;
}

export function isUnsupported(prepared: PreparedProvider | Unsupported): prepared is Unsupported {
  return 'reason' in prepared;
}
