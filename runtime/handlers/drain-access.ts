import { hash as digest, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../errors';
import type { GatewayRequest } from '../http/gateway-request';
import type { Clock } from '../ports';
import { LONGEST_TOKEN, refuseKey } from '../auth/authenticator';
import type { Authenticator } from '../auth/authenticator';
import { GuessGuard } from '../auth/guess-guard';

export interface DrainAccessParts {
  readonly authenticator: Authenticator;
  /** Null: the master key alone drains. */
  readonly drainToken: string | null;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Who may take this replica out of service: whoever shows the drain token or the master key. Where a request comes from
 * proves nothing, because a proxy on the same machine sends those of strangers from loopback.
 */
export class DrainAccess {
  private readonly guard: GuessGuard;

  constructor(private readonly parts: DrainAccessParts) {
    this.guard = new GuessGuard(parts.clock);
  }

  /** Rejects everybody else. */
  async refuseStranger(request: GatewayRequest): Promise<void> {
    const { headers, socket } = request.incoming;
    const remoteAddress = socket.remoteAddress ?? '';
    const token = headers['x-drain-token'];
    if (typeof token === 'string' && token.trim() !== '') {
      this.refuseWrongToken(token, headers, remoteAddress);
      return;
    }
    const { authenticator } = this.parts;
    await authenticator.prepare(headers);
    const caller = authenticator.authenticate(headers, remoteAddress, request);
    if (caller.kind === 'master') return;
    throw new GatewayError(
      'permission_denied',
      'draining takes the master key, or in X-Drain-Token the token of DRAIN_ENDPOINT_TOKEN; set one of the two and send it',
    );
  }

  private refuseWrongToken(
    token: string,
    headers: IncomingHttpHeaders,
    remoteAddress: string,
  ): void {
    const { drainToken } = this.parts;
    const shown = token.length <= LONGEST_TOKEN ? hash(token) : null;
    const isRight =
      shown !== null && drainToken !== null && timingSafeEqual(shown, hash(drainToken.trim()));
    this.guard.admit(isRight ? 'right' : 'wrong', remoteAddress, headers);
    if (isRight) {
      this.guard.recordRight('right', remoteAddress, headers);
      return;
    }
    this.guard.recordWrong(shown === null ? null : shown.toString('hex'), remoteAddress, headers);
    throw refuseKey();
  }
}

function hash(token: string): Buffer {
  return digest('sha256', token, 'buffer');
}
