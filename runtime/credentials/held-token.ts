import type { Clock } from '../ports';

/** Lets its holder in for a while. */
export interface AccessToken<Token = string> {
  readonly token: Token;
  /** Unit: milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** Google's own libraries renew so early; its metadata server hands out the old token until shortly before. */
const RENEW_BEFORE_MS = 225_000;
/** A request must still arrive with it. */
const GOOD_FOR_MS = 20_000;
/** Between renewals while the old token still serves. */
const RENEW_AGAIN_MS = 30_000;
const LONGEST_MS = 10_000;

/**
 * Keeps a token and renews it before it ends. While the old one is good, nobody waits for the new one, and an issuer that is
 * down for a minute is not noticed. Requests that have to wait share one renewal.
 */
export class HeldToken<Token = string> {
  private current: AccessToken<Token> | null = null;
  private renewal: Promise<AccessToken<Token>> | null = null;
  private renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly readToken: () => Promise<AccessToken<Token>>,
  ) {}

  /** Rejects with what `readToken` rejects with. */
  async read(): Promise<Token> {
    const { current } = this;
    const leftMs = current === null ? 0 : current.expiresAtMs - this.clock.wallMs();
    if (current !== null && leftMs > GOOD_FOR_MS) {
      if (leftMs <= RENEW_BEFORE_MS) this.renewBehind();
      return current.token;
    }
    return (await this.renew()).token;
  }

  /** A failure is told once the old token has ended, by whoever waits then. */
  private renewBehind(): void {
    if (this.clock.nowMs() - this.renewedAtMs < RENEW_AGAIN_MS) return;
    this.renew().catch(() => undefined);
  }

  private renew(): Promise<AccessToken<Token>> {
    this.renewal ??= this.readInTime().finally(() => {
      this.renewal = null;
    });
    return this.renewal;
  }

  private async readInTime(): Promise<AccessToken<Token>> {
    this.renewedAtMs = this.clock.nowMs();
    let cancel = (): void => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      cancel = this.clock.after(LONGEST_MS, () => {
        reject(new Error(`no token within ${LONGEST_MS / 1000} s`));
      });
    });
    try {
      this.current = await Promise.race([this.readToken(), late]);
      return this.current;
    } finally {
      cancel();
    }
  }
}
