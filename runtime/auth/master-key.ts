import { hash as digest, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../ports';
import { LONGEST_TOKEN, refuseKey } from './authenticator';
import type { Authenticator } from './authenticator';
import type { Caller } from './caller';
import { selectClientToken } from './client-token';
import { GuessGuard } from './guess-guard';

/** One key for all. Without a key everybody may pass, which the gateway allows on loopback alone. */
export class MasterKeyAuthenticator implements Authenticator {
  private readonly digest: Buffer | null;
  private readonly guard: GuessGuard;

  constructor(
    masterKey: string | null,
    clock: Pick<Clock, 'nowMs'>,
    private readonly keyHeader: string | null = null,
  ) {
    this.digest = masterKey === null ? null : hash(masterKey);
    this.guard = new GuessGuard(clock);
  }

  authenticate(headers: IncomingHttpHeaders, remoteAddress: string): Caller {
    if (this.digest === null) return { kind: 'open' };
    const token = selectClientToken(headers, this.keyHeader);
    // Nobody guesses by showing nothing.
    if (token === null) throw refuseKey();
    // Digests have one length and share no prefix with the key, so comparing them tells nothing about it.
    const shown = token.length <= LONGEST_TOKEN ? hash(token) : null;
    const isRight = shown !== null && timingSafeEqual(shown, this.digest);
    this.guard.admit(isRight ? MASTER : WRONG, remoteAddress, headers);
    if (!isRight) {
      this.guard.recordWrong(shown === null ? null : shown.toString('hex'), remoteAddress, headers);
      throw refuseKey();
    }
    this.guard.recordRight(MASTER, remoteAddress, headers);
    return { kind: 'master' };
  }

  prepare(): null {
    return null;
  }
}

/** There is one key, so its place needs no digest. */
const MASTER = 'master';
const WRONG = 'wrong';

function hash(token: string): Buffer {
  // In one call: an object for every hash costs half as much again.
  return digest('sha256', token, 'buffer');
}

/** Addresses that only this machine can reach. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
