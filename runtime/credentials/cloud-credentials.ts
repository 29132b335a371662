import type { CloudCredentials } from '../ports';
import { createAwsCredentials } from './aws-credentials';
import { createAzureCredentials } from './azure-credentials';
import type { CredentialContext } from './credential-context';
import { createGoogleCredentials } from './google-credentials';

/** The real ones. Nothing is read or asked before a deployment needs it. */
export function createCloudCredentials(context: CredentialContext): CloudCredentials {
  return {
    signAws: createAwsCredentials(context),
    google: createGoogleCredentials(context),
    azure: createAzureCredentials(context),
  };
}
