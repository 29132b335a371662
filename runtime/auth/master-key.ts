import { hash as digest, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../errors';
import { selectClientToken } from './client-token';

const LONGEST_TOKEN = 256;

/** Decides who may use the gateway. */
export interface Authenticator {
  /** Throws a {@link GatewayError} that is the same for every wrong key. */
  authenticate(headers: IncomingHttpHeaders): void;
}

/** One key for all. Without a key everybody may pass, which the gateway allows on loopback alone. */
export class MasterKeyAuthenticator implements Authenticator {
  private readonly digest: Buffer | null;

  constructor(masterKey: string | null) {
    this.digest = masterKey === null ? null : hash(masterKey);
  }

  authenticate(headers: IncomingHttpHeaders): void {
    if (this.digest === null) return;
    const token = selectClientToken(headers);
    // Digests have one length and share no prefix with the key, so comparing them tells nothing about it.
    if (
      token === null ||
      token.length > LONGEST_TOKEN ||
      !timingSafeEqual(hash(token), this.digest)
    ) {
      throw new GatewayError(
        'authentication_failed',
        'Authentication Error: a valid API key is required',
      );
    }
  }
}

function hash(token: string): Buffer {
  // In one call: an object for every hash costs half as much again.
  return digest('sha256', token, 'buffer');
}

/** Addresses that only this machine can reach. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
