import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../errors';
import type { Clock } from '../ports';
import { selectClientNetwork } from './client-network';
import { FailureThrottle } from './failure-throttle';
import { ProvenPlaces } from './proven-places';

/**
 * Stands before the comparison of secrets. Whoever has shown too many wrong ones is not told any more whether the next one
 * is right, so that trying on is no use. A secret that was right from the very same place before is still looked at:
 * otherwise one misconfigured client would shut out everybody who shares its address.
 */
export class GuessGuard {
  private readonly throttle: FailureThrottle;
  private readonly proven = new ProvenPlaces();

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.throttle = new FailureThrottle(clock);
  }

  /** Throws when this secret must not be looked at now. `digest` stands for it. */
  admit(digest: string, peer: string, headers: IncomingHttpHeaders): void {
    if (this.throttle.throttles === 'nobody') return;
    const forwarded = selectForwardedFor(headers);
    const waitMs = this.throttle.readWaitMs(selectClientNetwork(peer, forwarded), digest);
    if (waitMs === null || this.proven.has(digest, peer, forwarded)) return;
    throw describeThrottle(waitMs);
  }

  recordRight(digest: string, peer: string, headers: IncomingHttpHeaders): void {
    this.proven.add(digest, peer, selectForwardedFor(headers));
  }

  /** `digest`: of the secret, hexadecimal; null: it was too long to look at. */
  recordWrong(digest: string | null, peer: string, headers: IncomingHttpHeaders): void {
    this.throttle.recordFailure(selectClientNetwork(peer, selectForwardedFor(headers)), digest);
  }
}

export function describeThrottle(waitMs: number): GatewayError {
  return new GatewayError(
    'authentication_throttled',
    'too many requests with a wrong API key came from here; wait, and send a valid one',
    { retryAfterSeconds: Math.ceil(waitMs / 1000) },
  );
}

/** Node.js joins several headers of this name into one text. */
export function selectForwardedFor(headers: IncomingHttpHeaders): string | undefined {
  return headers['x-forwarded-for'] as string | undefined;
}
