import type { AwsAccess, AwsCredentials, Clock, CloudCredentials } from '../ports';
import { readAccess } from './aws/aws-chain';
import { signRequest } from './aws/sign-request';
import { HeldToken } from './held-token';

export interface AwsCredentialsOptions {
  readonly clock: Clock;
  /** A variable of the environment; null: not set, or blank. */
  readonly variable: (name: string) => string | null;
}

/** Signs for AWS, with keys that are read when they are needed first and held until shortly before they end. */
export function createAwsCredentials(options: AwsCredentialsOptions): CloudCredentials['signAws'] {
  const { clock, variable } = options;
  const chain = { variable, nowMs: () => clock.wallMs() };
  const held = new Map<string, HeldToken<AwsCredentials>>();
  const hold = (name: string, access: AwsAccess): HeldToken<AwsCredentials> => {
    const credentials = new HeldToken(clock, () => readAccess(access, chain));
    held.set(name, credentials);
    return credentials;
  };
  return async (request, { access, service }) => {
    const name = JSON.stringify(access);
    const credentials = await (held.get(name) ?? hold(name, access)).read();
    const { region } = access;
    const signing = { region, service, nowMs: clock.wallMs(), contentType: 'application/json' };
    return signRequest(request, signing, credentials);
  };
}
