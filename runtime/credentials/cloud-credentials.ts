import type { Clock, CloudCredentials } from '../ports';
import { createAwsCredentials } from './aws-credentials';
import { createAzureCredentials } from './azure-credentials';
import { createGoogleCredentials } from './google-credentials';

export interface CloudCredentialsOptions {
  readonly clock: Clock;
  /** A variable of the environment; null: not set, or blank. */
  readonly variable: (name: string) => string | null;
}

/** The real ones. Nothing is read or asked before a deployment needs it. */
export function createCloudCredentials(options: CloudCredentialsOptions): CloudCredentials {
  return {
    signAws: createAwsCredentials(options),
    google: createGoogleCredentials(options),
    azure: createAzureCredentials(options),
  };
}
