import { GatewayError } from '../errors';
import type { Memory } from '../ports';

/**
 * Of the process' memory, what may be held for requests. Beside each body stand its text while it is read, and the copy that
 * goes to the provider; the process itself takes about 100 MiB. test/lab/memory measures what a quarter comes to.
 */
const SHARE_OF_MEMORY = 1 / 4;
/** The rest is kept for answers: what a provider was paid for must find room. */
const SHARE_OF_BODIES = 3 / 4;
/** What one key may hold of the bodies' share, so that others find room beside it. */
const SHARE_OF_ACCOUNT = 2 / 3;
/** Long enough for some calls to end, short enough not to lose the client. */
const RETRY_AFTER_SECONDS = 1;

/**
 * The bytes that all requests of this process hold together: bodies from their first byte to the end of their call, answers
 * while they are collected and while a slow client has not taken them. A body that finds no room is refused before it is read.
 */
export class ByteBudget implements Memory {
  private held = 0;
  private readonly byAccount = new Map<string, number>();
  private readonly mostBytes: number;

  constructor(memoryBytes: number) {
    this.mostBytes = memoryBytes * SHARE_OF_MEMORY;
  }

  get heldBytes(): number {
    return this.held;
  }

  /** Accounts that hold something now. */
  get accounts(): number {
    return this.byAccount.size;
  }

  take(account: string, bytes: number): void {
    const own = this.byAccount.get(account) ?? 0;
    const mostBodies = this.mostBytes * SHARE_OF_BODIES;
    // A body that is alone always fits, or a small machine could not take a large one at all.
    if (own > 0 && own + bytes > mostBodies * SHARE_OF_ACCOUNT) throw noRoom('this key');
    if (this.held > 0 && this.held + bytes > mostBodies) throw noRoom('all keys');
    this.byAccount.set(account, own + bytes);
    this.held += bytes;
  }

  give(account: string, bytes: number): void {
    const own = (this.byAccount.get(account) ?? 0) - bytes;
    if (own > 0) this.byAccount.set(account, own);
    else this.byAccount.delete(account);
    this.held -= bytes;
  }

  hold(bytes: number): 'held' | 'refused' {
    if (this.held > 0 && this.held + bytes > this.mostBytes) return 'refused';
    this.held += bytes;
    return 'held';
  }

  release(bytes: number): void {
    this.held -= bytes;
  }
}

function noRoom(owner: string): GatewayError {
  return new GatewayError(
    'gateway_overloaded',
    `requests of ${owner} take all the memory there is for them; send the request again a little later`,
    { retryAfterSeconds: RETRY_AFTER_SECONDS },
  );
}
