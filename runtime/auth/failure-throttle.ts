import { isIPv6 } from 'node:net';
import type { Clock } from '../ports';

const WINDOW_MS = 60_000;
const MOST_PER_ADDRESS = 20;
/** Many addresses guess faster than one. */
const MOST_IN_ALL = 2_000;
const MOST_ADDRESSES = 10_000;

interface Count {
  failures: number;
  readonly windowEndsMs: number;
}

/**
 * Counts wrong keys, by address and in all, in windows of a minute. It is asked about failures alone: whoever shows a
 * right key is never in its way, also behind an address that a thousand others share.
 */
export class FailureThrottle {
  /** Oldest window first, because a window is set once and never moved. */
  private readonly byAddress = new Map<string, Count>();
  private inAll: Count = { failures: 0, windowEndsMs: 0 };

  constructor(private readonly clock: Pick<Clock, 'nowMs'>) {}

  /** Addresses that are remembered now. */
  get size(): number {
    return this.byAddress.size;
  }

  /** Milliseconds until the next try is looked at; null: it is one of those that are. */
  recordFailure(address: string): number | null {
    const nowMs = this.clock.nowMs();
    if (nowMs >= this.inAll.windowEndsMs) {
      this.inAll = { failures: 0, windowEndsMs: nowMs + WINDOW_MS };
    }
    const own = this.countOf(selectNetwork(address), nowMs);
    own.failures += 1;
    this.inAll.failures += 1;
    if (own.failures > MOST_PER_ADDRESS) return own.windowEndsMs - nowMs;
    return this.inAll.failures > MOST_IN_ALL ? this.inAll.windowEndsMs - nowMs : null;
  }

  private countOf(network: string, nowMs: number): Count {
    const known = this.byAddress.get(network);
    if (known !== undefined && nowMs < known.windowEndsMs) return known;
    this.byAddress.delete(network);
    const fresh = { failures: 0, windowEndsMs: nowMs + WINDOW_MS };
    this.byAddress.set(network, fresh);
    for (const [oldest, { windowEndsMs }] of this.byAddress) {
      // A flood of addresses pushes the oldest out; the count in all goes on.
      if (nowMs < windowEndsMs && this.byAddress.size <= MOST_ADDRESSES) break;
      this.byAddress.delete(oldest);
    }
    return fresh;
  }
}

/** What one customer of a provider has: an IPv4 address, or the first 64 bits of an IPv6 address. */
function selectNetwork(address: string): string {
  const mapped = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (!isIPv6(mapped)) return mapped;
  const [head = '', tail] = mapped.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return groups.slice(0, 4).join(':');
}
