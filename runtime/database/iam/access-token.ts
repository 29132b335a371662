import type { AccessToken } from '../../credentials/held-token';
import type { Clock } from '../../ports';

/** A new connection must have time to log in with what it is given. */
const RENEW_BEFORE_MS = 120_000;

/** Keeps a token as long as it is good; connections that open together share one reading. */
export class RenewedToken {
  private current: AccessToken | null = null;
  private reading: Promise<AccessToken> | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly readToken: () => Promise<AccessToken>,
  ) {}

  async read(): Promise<string> {
    const { current } = this;
    if (current !== null && current.expiresAtMs - RENEW_BEFORE_MS > this.clock.wallMs()) {
      return current.token;
    }
    this.reading ??= this.readToken().finally(() => {
      this.reading = null;
    });
    this.current = await this.reading;
    return this.current.token;
  }
}
