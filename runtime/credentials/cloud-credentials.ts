import type { Clock, CloudCredentials } from '../ports';
import { createGoogleCredentials } from './google-credentials';
import { NO_CREDENTIALS } from './no-credentials';

export interface CloudCredentialsOptions {
  readonly clock: Clock;
  /** A variable of the environment; null: not set, or blank. */
  readonly variable: (name: string) => string | null;
}

/** The real ones. Nothing is read or asked before a deployment needs it. */
export function createCloudCredentials(options: CloudCredentialsOptions): CloudCredentials {
  return { ...NO_CREDENTIALS, google: createGoogleCredentials(options) };
}
