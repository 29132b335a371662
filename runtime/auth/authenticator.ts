import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../errors';
import type { Caller } from './caller';

/** Decides who is asking. */
export interface Authenticator {
  /**
   * Looks at nothing but memory. Throws a {@link GatewayError} that is the same for every wrong key.
   *
   * @param remoteAddress of the connection; failures are counted by it
   * @param route that is asked for; some callers may not use every one, and some routes ask for no key
   */
  authenticate(headers: IncomingHttpHeaders, remoteAddress: string, route: RequestedRoute): Caller;
  /**
   * What has to be waited for before `authenticate` can judge, such as a token that was never seen before. Never rejects: what
   * came of it, `authenticate` says. Null: it can judge at once.
   */
  prepare(headers: IncomingHttpHeaders): Promise<void> | null;
}

export interface RequestedRoute {
  /** As the client wrote it, without the query. */
  readonly path: string;
  /** What all paths of the same route share. */
  readonly routeName: string;
}

/** Longer ones are wrong without a look: hashing them would be work that a stranger can order. Unit: characters. */
export const LONGEST_TOKEN = 256;

/** One answer for the absent, the unknown and the revoked key, so that nobody learns which it was. */
export function refuseKey(): GatewayError {
  return new GatewayError(
    'authentication_failed',
    'Authentication Error: a valid API key is required',
  );
}
