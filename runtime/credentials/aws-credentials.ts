import type { CloudCredentials } from '../ports';
import { readAccess } from './aws/aws-chain';
import { signRequest } from './aws/sign-request';
import type { CredentialContext } from './credential-context';
import { holdTokens } from './held-tokens';

/** Signs for AWS. */
export function createAwsCredentials(context: CredentialContext): CloudCredentials['signAws'] {
  const { clock } = context;
  const readKeys = holdTokens(clock, (access: Parameters<typeof readAccess>[0]) =>
    readAccess(access, context),
  );
  return async (request, { access, service }) => {
    const keys = await readKeys(access);
    const { region } = access;
    const signing = { region, service, nowMs: clock.wallMs(), contentType: 'application/json' };
    return signRequest(request, signing, keys);
  };
}
