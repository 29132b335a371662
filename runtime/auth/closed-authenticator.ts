import { refuseKey } from './authenticator';
import type { Authenticator } from './authenticator';

/** Lets nobody in: there is no key, and the absence of one must not mean that none is needed. */
export class ClosedAuthenticator implements Authenticator {
  authenticate(): never {
    throw refuseKey();
  }

  prepare(): null {
    return null;
  }
}
