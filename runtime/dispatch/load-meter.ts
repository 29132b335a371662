import type {
  Clock,
  Upstream,
  UpstreamErrorKind,
  UpstreamExchange,
  UpstreamHandler,
  UpstreamHeaders,
  UpstreamLimits,
  UpstreamRequest,
} from '../ports';
import { classifyUpstreamError } from '../providers/classify-failure';
import type { ClientBody } from '../providers/client-body';
import type { Failure } from '../routing/failure';
import type { AttemptResult } from './attempt';
import type { BilledAttempt, Charge } from './call-bill';
import type { LoadLedger, OpenEntry } from './load-ledger';
import { UsageMeter } from './usage-meter';

export interface LoadMeterParts {
  readonly upstream: Pick<Upstream, 'send'>;
  readonly clock: Clock;
  readonly ledger: LoadLedger;
  readonly sent: Pick<OpenEntry, 'deployment' | 'delivery' | 'promptTokens'>;
  readonly request: {
    readonly body: Pick<ClientBody, 'bytes'>;
    /** The provider's name of the model. */
    readonly model: string;
  };
  /** Told once, when the exchange is over in whatever way. */
  readonly onOver: () => void;
}

type Begun =
  { readonly kind: 'nothing' } | { readonly kind: 'something'; readonly afterMs: number };

type Verdict =
  | { readonly kind: 'awaited' | 'accepted' | 'cancelled' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Stands between one attempt and the network, and keeps count. Since every exchange ends here, by its end, an error or an
 * abort, none can be forgotten, whoever holds the stream by then.
 */
export class LoadMeter implements UpstreamHandler, BilledAttempt {
  /** What the answer uses; final when the exchange is over. */
  readonly usageMeter: UsageMeter;
  private entry: OpenEntry | null = null;
  private handler: UpstreamHandler | null = null;
  private begun: Begun = { kind: 'nothing' };
  private verdict: Verdict = { kind: 'awaited' };
  private ending: 'running' | 'complete' | 'broken' | 'timed-out' | 'given-up' = 'running';
  private exchange: UpstreamExchange | null = null;
  /** 0: no answer has begun. */
  private status = 0;
  private seconds = 0;

  constructor(private readonly parts: LoadMeterParts) {
    const { sent, request } = parts;
    this.usageMeter = new UsageMeter({ delivery: sent.delivery, body: request.body });
  }

  send(
    request: UpstreamRequest,
    limits: UpstreamLimits,
    handler: UpstreamHandler,
  ): UpstreamExchange {
    const { ledger, sent, upstream } = this.parts;
    this.handler = handler;
    this.entry = ledger.recordStart(sent.deployment, sent);
    let exchange: UpstreamExchange;
    try {
      exchange = upstream.send(request, limits, this);
      this.exchange = exchange;
    } catch (error) {
      this.end('given-up');
      throw error;
    }
    return {
      get reached() {
        return exchange.reached;
      },
      abort: () => {
        exchange.abort();
        this.end('given-up');
      },
      pause: () => exchange.pause(),
      resume: () => exchange.resume(),
    };
  }

  get charge(): Charge | null {
    const { entry, usageMeter } = this;
    if (entry === null || !this.isBilled()) return null;
    return {
      deployment: entry.deployment,
      model: this.parts.request.model,
      answer: usageMeter,
      usage: usageMeter.usage,
      sentAtMs: entry.startedAtMs,
      seconds: this.seconds,
      failure: this.verdict.kind === 'failed' ? this.verdict.failure.kind : null,
    };
  }

  /** Learns from the attempt whether what came is an answer at all. */
  watch(result: Promise<AttemptResult>): void {
    void result.then((settled) => this.judge(settled));
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    this.status = status;
    this.handler?.onHead(status, headers);
  }

  onData(chunk: Buffer): void {
    if (this.begun.kind === 'nothing' && this.entry !== null && this.isContent(chunk)) {
      const afterMs = this.parts.clock.nowMs() - this.entry.startedMs;
      this.begun = { kind: 'something', afterMs };
    }
    this.usageMeter.push(chunk);
    this.handler?.onData(chunk);
  }

  onEnd(): void {
    // First the count, then the word: whoever is told may choose a deployment at once.
    this.end('complete');
    this.handler?.onEnd();
  }

  onError(kind: UpstreamErrorKind, detail: string): void {
    const { entry } = this;
    if (entry !== null && this.verdict.kind === 'accepted' && kind !== 'paused-too-long') {
      this.parts.ledger.recordMishap(entry, classifyUpstreamError(kind));
    }
    this.end(OURS.has(kind) ? 'timed-out' : 'broken');
    this.handler?.onError(kind, detail);
  }

  private judge(result: AttemptResult): void {
    if (this.entry === null || this.verdict.kind !== 'awaited') return;
    this.takeVerdict(this.entry, result);
    // What a stream uses is read once, at its end.
    const charge = this.ending === 'running' ? null : this.charge;
    if (charge !== null) this.parts.ledger.recordUse(this.entry, charge);
  }

  private takeVerdict(entry: OpenEntry, result: AttemptResult): void {
    switch (result.kind) {
      case 'complete':
      case 'streaming':
        this.verdict = { kind: 'accepted' };
        if (this.begun.kind === 'something') {
          this.parts.ledger.recordFirstToken(entry, this.begun.afterMs);
        }
        this.recordWhole();
        return;
      case 'failed':
        this.verdict = { kind: 'failed', failure: result.failure };
        this.parts.ledger.recordMishap(entry, result.failure);
        return;
      case 'cancelled':
        this.verdict = { kind: 'cancelled' };
    }
  }

  private end(ending: Exclude<LoadMeter['ending'], 'running'>): void {
    if (this.entry === null || this.ending !== 'running') return;
    this.ending = ending;
    this.seconds = Math.max(0, this.parts.clock.nowMs() - this.entry.startedMs) / 1000;
    const isKnown = this.verdict.kind !== 'awaited';
    this.parts.ledger.recordEnd(this.entry, isKnown ? this.charge : null);
    this.recordWhole();
    this.parts.onOver();
  }

  /** Once it is known both that the answer is one and that it is complete, in whichever order. */
  private recordWhole(): void {
    const { entry, verdict, ending } = this;
    if (entry === null || verdict.kind !== 'accepted' || ending !== 'complete') return;
    this.parts.ledger.recordWhole(entry, this.usageMeter.usage.completionTokens);
  }

  /**
   * Whether the provider bills the attempt, as far as can be known from here: docs/decisions/0015 has the table. Who breaks
   * off pays: a provider that we hang up on works on, and one that fails does not bill for it.
   */
  private isBilled(): boolean {
    if (this.status === 0) {
      const left = this.ending === 'given-up' || this.ending === 'timed-out';
      return left && this.exchange?.reached === 'provider';
    }
    if (this.status !== 200) return false;
    if (this.verdict.kind !== 'failed' || this.ending === 'timed-out') return true;
    if (this.verdict.failure.kind === 'provider_timeout') return true;
    const { usageMeter } = this;
    if (usageMeter.usage.source === 'told') return true;
    // A whole document under 200 that is no answer is an error; what broke inside an answer had been begun.
    return this.ending !== 'complete' && usageMeter.isBegun;
  }

  /** Comments keep a stream alive, and an empty line says nothing. */
  private isContent(chunk: Buffer): boolean {
    return this.parts.sent.delivery === 'json' || chunk.includes('data:');
  }
}

/** Clocks of ours that ran out: the provider may still be at work. */
const OURS: ReadonlySet<UpstreamErrorKind> = new Set<UpstreamErrorKind>([
  'first-byte-timeout',
  'idle-timeout',
  'content-timeout',
  'total-timeout',
  'paused-too-long',
]);
