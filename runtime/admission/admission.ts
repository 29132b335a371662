import { GatewayError } from '../errors';
import type { Cancel, Clock } from '../ports';
import { reduceLimit } from './concurrency-limit';
import type { ConcurrencyLimit, LimitBounds } from './concurrency-limit';
import type { LoopLag } from './loop-lag';
import { describePriority, selectAdmittedShare } from './priority';

export interface AdmissionParts {
  readonly clock: Clock;
  readonly lag: LoopLag;
  /** The configuration's own bound; null: ours. */
  readonly mostInFlight: number | null;
}

/** A request that was let in; it is ended exactly once. */
export interface Admitted {
  /** Throws when requests of this priority are being shed. For what becomes known of the request later. */
  confirm(priority: number): void;
  end(): void;
}

/**
 * Requests wait for their model most of the time, so as many cost next to nothing: whatever slows the loop down then, it is
 * not they.
 */
const LEAST_LIMIT = 100;
/** Bodies are held while their requests run: beyond this memory would be the bound. */
const MOST_LIMIT = 10_000;
const SAMPLE_MS = 100;
/** Long enough for a load balancer to choose another replica, short enough not to lose the client. */
const RETRY_AFTER_SECONDS = 1;

/** Decides at the door who is served: serving all of too many serves none of them in time. */
export class Admission {
  private state: ConcurrencyLimit;
  private inFlight = 0;
  private mostSinceSample = 0;
  private readonly shed = new Map<ReturnType<typeof describePriority>, number>([
    ['high', 0],
    ['normal', 0],
    ['low', 0],
  ]);
  private readonly bounds: LimitBounds;
  private cancel: Cancel | null = null;
  private lastLagMs = 0;

  constructor(private readonly parts: AdmissionParts) {
    const most = parts.mostInFlight ?? MOST_LIMIT;
    this.bounds = { least: Math.min(LEAST_LIMIT, most), most };
    // From above: the lag shows at once when it is too much, while too little would only be felt by clients.
    this.state = { limit: most, lateInARow: 0 };
  }

  /** Unit: requests at once. */
  get limit(): number {
    return Math.floor(this.state.limit);
  }

  get lagMs(): number {
    return this.lastLagMs;
  }

  get shedCounts(): ReadonlyMap<string, number> {
    return this.shed;
  }

  start(): void {
    this.cancel = this.parts.clock.after(SAMPLE_MS, () => {
      this.sample();
      this.start();
    });
  }

  stop(): void {
    this.cancel?.();
    this.parts.lag.stop();
  }

  /** Throws when there is no room for requests of this priority. Costs nothing but a comparison: the body is unread. */
  begin(priority: number): Admitted {
    this.refuse(this.inFlight + 1, priority);
    this.inFlight += 1;
    this.mostSinceSample = Math.max(this.mostSinceSample, this.inFlight);
    return {
      confirm: (known) => this.refuse(this.inFlight, known),
      end: () => {
        this.inFlight -= 1;
      },
    };
  }

  private refuse(wanted: number, priority: number): void {
    if (wanted <= Math.max(1, Math.floor(this.state.limit * selectAdmittedShare(priority)))) return;
    const name = describePriority(priority);
    this.shed.set(name, (this.shed.get(name) ?? 0) + 1);
    throw new GatewayError(
      'gateway_overloaded',
      'this gateway serves as many requests as it can; send the request again a little later',
      { retryAfterSeconds: RETRY_AFTER_SECONDS },
    );
  }

  private sample(): void {
    this.lastLagMs = this.parts.lag.readMs();
    const sample = { lagMs: this.lastLagMs, inFlight: this.mostSinceSample };
    this.state = reduceLimit(this.state, sample, this.bounds);
    this.mostSinceSample = this.inFlight;
  }
}
