import type { IncomingHttpHeaders } from 'node:http';
import type { JwtConfig } from '../../../lib/config/jwt-config';
import type { Directory } from '../../directory/directory';
import { GatewayError } from '../../errors';
import type { Ports } from '../../ports';
import { refuseKey } from '../authenticator';
import type { Authenticator, RequestedRoute } from '../authenticator';
import type { Caller } from '../caller';
import { selectClientToken } from '../client-token';
import { selectClientNetwork } from '../client-network';
import { FailureThrottle } from '../failure-throttle';
import { describeThrottle, selectForwardedFor } from '../guess-guard';
import { readClaims } from './read-claims';
import type { JwtIdentity } from './read-claims';
import { resolveCaller } from './resolve-caller';
import { TokenMemory } from './token-memory';
import type { TokenVerifier, Verdict } from './token-verifier';

/** What became of a token. */
type Standing =
  | { readonly kind: 'known'; readonly identity: JwtIdentity; readonly expiresAtMs: number }
  | { readonly kind: 'not-allowed'; readonly message: string }
  | Exclude<Verdict, { readonly kind: 'verified' }>;

export interface JwtAuthenticatorParts {
  readonly config: JwtConfig;
  readonly verifier: Pick<TokenVerifier, 'verify'>;
  readonly directory: Pick<Directory, 'users' | 'teams'>;
  /** Judges everything that is no such token, as LiteLLM does: master key and virtual keys. */
  readonly others: Authenticator;
  readonly keyHeader: string | null;
  readonly ports: Pick<Ports, 'clock' | 'writeLog'>;
}

const MOST_GOOD = 10_000;
/** Kept apart, so that a flood of wrong tokens pushes out no right one. */
const MOST_BAD = 1_000;
/** Long enough to spare the work of a client that tries again and again. */
const BAD_MS = 10_000;
const RETRY_AFTER_SECONDS = 5;
/** One line tells what is wrong; a flood of lines would be ordered by strangers. */
const LOG_SPACING_MS = 1_000;

/** Three parts, the first of which is a JSON object in base64. No key that this gateway makes looks like it. */
const TOKEN = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/;

/**
 * Tokens of an identity provider beside keys. A token is verified once, then it costs a hash and a look into a map until it
 * ends, or until the identity provider's keys are old or others.
 */
export class JwtAuthenticator implements Authenticator {
  private readonly good = new TokenMemory<Standing>(MOST_GOOD);
  private readonly bad = new TokenMemory<Standing>(MOST_BAD);
  private readonly running = new Map<string, Promise<void>>();
  private readonly throttle: FailureThrottle;
  private loggedMs = -Infinity;
  /** Counts how often the keys changed. */
  private generation = 0;

  constructor(private readonly parts: JwtAuthenticatorParts) {
    this.throttle = new FailureThrottle(parts.ports.clock);
  }

  /** To be told when the identity provider has other keys: what the old ones proved, they prove no longer. */
  readonly forget = (): void => {
    this.generation += 1;
    this.good.clear();
    this.bad.clear();
  };

  prepare(headers: IncomingHttpHeaders): Promise<void> | null {
    const token = this.selectToken(headers);
    if (token === null) return this.parts.others.prepare(headers);
    return this.standingOf(token) === null ? this.verify(token) : null;
  }

  authenticate(headers: IncomingHttpHeaders, remoteAddress: string, route: RequestedRoute): Caller {
    const token = this.selectToken(headers);
    if (token === null) return this.parts.others.authenticate(headers, remoteAddress, route);
    const standing = this.standingOf(token) ?? { kind: 'unavailable' };
    switch (standing.kind) {
      case 'known': {
        const { config, directory } = this.parts;
        const team = headers['x-litellm-team-id'];
        const wantedTeam = typeof team === 'string' && team !== '' ? team : null;
        return resolveCaller(standing.identity, { config, directory, wantedTeam });
      }
      case 'not-allowed':
        throw new GatewayError('token_not_allowed', standing.message);
      case 'expired':
        throw new GatewayError('expired_key', 'Authentication Error: this token has expired');
      case 'refused':
        throw this.refuse(standing.reason, remoteAddress, headers);
      case 'unavailable':
        throw new GatewayError(
          'keys_unavailable',
          'the keys of the identity provider cannot be read now; send the request again',
          { retryAfterSeconds: RETRY_AFTER_SECONDS },
        );
    }
  }

  private selectToken(headers: IncomingHttpHeaders): string | null {
    const token = selectClientToken(headers, this.parts.keyHeader);
    return token !== null && TOKEN.test(token) ? token : null;
  }

  private standingOf(token: string): Standing | null {
    const nowMs = this.parts.ports.clock.nowMs();
    const good = this.good.select(token, nowMs);
    if (good === null) return this.bad.select(token, nowMs);
    const isOver = good.kind === 'known' && this.parts.ports.clock.wallMs() >= good.expiresAtMs;
    return isOver ? { kind: 'expired' } : good;
  }

  private verify(token: string): Promise<void> {
    const running = this.running.get(token);
    if (running !== undefined) return running;
    const verifying = this.verifyOnce(token).finally(() => this.running.delete(token));
    this.running.set(token, verifying);
    return verifying;
  }

  private async verifyOnce(token: string): Promise<void> {
    const { verifier, config, ports } = this.parts;
    const { generation } = this;
    let verdict = await verifier.verify(token);
    // What was proved by keys that are gone by now is proved again, by those that came.
    if (generation !== this.generation) verdict = await verifier.verify(token);
    const standing = judge(verdict, config);
    const nowMs = ports.clock.nowMs();
    if (standing.kind === 'known') {
      this.good.keep(token, { value: standing, untilMs: nowMs + config.keysSeconds * 1000 });
    } else {
      this.bad.keep(token, { value: standing, untilMs: nowMs + BAD_MS });
    }
  }

  /** A token cannot be found by trying, so right ones are let in all the while. */
  private refuse(
    reason: string,
    remoteAddress: string,
    headers: IncomingHttpHeaders,
  ): GatewayError {
    const { clock, writeLog } = this.parts.ports;
    const nowMs = clock.nowMs();
    if (nowMs - this.loggedMs >= LOG_SPACING_MS) {
      this.loggedMs = nowMs;
      writeLog(`${JSON.stringify({ tokenRefused: { reason } })}\n`);
    }
    const network = selectClientNetwork(remoteAddress, selectForwardedFor(headers));
    const waitMs = this.throttle.readWaitMs(network, null);
    // Right tokens are let in all the while, so nothing depends on which was shown.
    this.throttle.recordFailure(network, null);
    return waitMs === null ? refuseKey() : describeThrottle(waitMs);
  }
}

function judge(verdict: Verdict, config: JwtConfig): Standing {
  if (verdict.kind !== 'verified') return verdict;
  const reading = readClaims(verdict.claims, config);
  return reading.kind === 'identity'
    ? { kind: 'known', identity: reading.identity, expiresAtMs: verdict.expiresAtMs }
    : { kind: 'not-allowed', message: reading.message };
}
