import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Directory } from '../directory/directory';
import type { KeyRecord } from '../directory/records';
import { GatewayError } from '../errors';
import type { Clock } from '../ports';
import { LONGEST_TOKEN, refuseKey } from './authenticator';
import type { Authenticator } from './authenticator';
import type { Caller } from './caller';
import { selectClientToken } from './client-token';
import { GuessGuard } from './guess-guard';
import { hashKey } from './key-secret';

/** What is known of virtual keys, and whether they may be judged by it. */
export interface KnownKeys {
  readonly directory: Pick<Directory, 'keys' | 'users' | 'teams'>;
  readonly serving: 'yes' | 'no';
}

export interface KeyAuthenticatorParts {
  readonly masterKey: string;
  readonly pepper: Buffer;
  readonly known: KnownKeys;
  readonly clock: Pick<Clock, 'nowMs' | 'wallMs'>;
  /** The only header that a key is looked for in; null: the usual ones. */
  readonly keyHeader: string | null;
}

/** A replica reads the store every few seconds. */
const RETRY_AFTER_SECONDS = 5;

/** The master key and virtual keys: one HMAC and one look into a map. */
export class KeyAuthenticator implements Authenticator {
  private readonly masterHash: Buffer;
  private readonly guard: GuessGuard;

  constructor(private readonly parts: KeyAuthenticatorParts) {
    this.masterHash = Buffer.from(hashKey(parts.masterKey, parts.pepper));
    this.guard = new GuessGuard(parts.clock);
  }

  authenticate(headers: IncomingHttpHeaders, remoteAddress: string): Caller {
    const token = selectClientToken(headers, this.parts.keyHeader);
    // Nobody guesses by showing nothing.
    if (token === null) throw refuseKey();
    if (token.length > LONGEST_TOKEN) throw this.refuse(null, remoteAddress, headers);
    const hash = hashKey(token, this.parts.pepper);
    this.guard.admit(hash, remoteAddress, headers);
    if (timingSafeEqual(Buffer.from(hash), this.masterHash)) {
      this.guard.recordRight(hash, remoteAddress, headers);
      return { kind: 'master' };
    }
    const { directory, serving } = this.parts.known;
    if (serving === 'no') {
      throw new GatewayError(
        'keys_unavailable',
        'this gateway does not know which keys are valid now; send the request again',
        { retryAfterSeconds: RETRY_AFTER_SECONDS },
      );
    }
    const key = directory.keys.get(hash);
    const caller = key === undefined ? null : this.selectCaller(key);
    if (caller === null) throw this.refuse(hash, remoteAddress, headers);
    this.refuseSuspended(caller);
    this.guard.recordRight(hash, remoteAddress, headers);
    return caller;
  }

  prepare(): null {
    return null;
  }

  /** Null for whoever was revoked: they learn no more than a stranger. */
  private selectCaller(key: KeyRecord): KeyCaller | null {
    const { users, teams } = this.parts.known.directory;
    const user = key.userId === null ? null : (users.get(key.userId) ?? null);
    const team = key.teamId === null ? null : (teams.get(key.teamId) ?? null);
    const graceIsOver =
      key.revokedFromMs !== null && this.parts.clock.wallMs() >= key.revokedFromMs;
    if (key.revoked || graceIsOver || user?.revoked === true || team?.revoked === true) return null;
    return { kind: 'key', key, user, team };
  }

  /** These may be told apart: whoever hears it has proved to hold the key. */
  private refuseSuspended({ key, user, team }: KeyCaller): void {
    if (key.expiresAtMs !== null && this.parts.clock.wallMs() >= key.expiresAtMs) {
      const expired = new Date(key.expiresAtMs).toISOString();
      throw new GatewayError('expired_key', `Authentication Error: this key expired at ${expired}`);
    }
    if (key.blocked) {
      throw new GatewayError('key_blocked', 'Authentication Error: this key is blocked');
    }
    if (team?.blocked === true) {
      throw new GatewayError(
        'team_blocked',
        'Authentication Error: the team of this key is blocked',
      );
    }
    if (user?.blocked === true) {
      throw new GatewayError(
        'user_blocked',
        'Authentication Error: the user of this key is blocked',
      );
    }
  }

  private refuse(
    hash: string | null,
    remoteAddress: string,
    headers: IncomingHttpHeaders,
  ): GatewayError {
    this.guard.recordWrong(hash, remoteAddress, headers);
    return refuseKey();
  }
}

type KeyCaller = Extract<Caller, { readonly kind: 'key' }>;
