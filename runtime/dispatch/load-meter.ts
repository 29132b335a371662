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
import type { Tokens } from '../routing/load';
import type { AttemptResult } from './attempt';
import type { LoadLedger, OpenEntry } from './load-ledger';
import { UsageMeter } from './usage-meter';

export interface LoadMeterParts {
  readonly upstream: Pick<Upstream, 'send'>;
  readonly clock: Clock;
  readonly ledger: LoadLedger;
  readonly sent: Pick<OpenEntry, 'deployment' | 'delivery' | 'promptTokens'>;
  /** Told once, when the exchange is over in whatever way. */
  readonly onOver: () => void;
}

type Begun =
  { readonly kind: 'nothing' } | { readonly kind: 'something'; readonly afterMs: number };

/**
 * Stands between one attempt and the network, and keeps count. Since every exchange ends here, by its end, an error or an
 * abort, none can be forgotten, whoever holds the stream by then.
 */
export class LoadMeter implements UpstreamHandler {
  /** What the answer uses; final when the exchange is over. */
  readonly usageMeter: UsageMeter;
  private entry: OpenEntry | null = null;
  private handler: UpstreamHandler | null = null;
  private begun: Begun = { kind: 'nothing' };
  private answer: 'awaited' | 'accepted' | 'none' = 'awaited';
  private ending: 'running' | 'complete' | 'broken' | 'given-up' = 'running';

  constructor(private readonly parts: LoadMeterParts) {
    this.usageMeter = new UsageMeter(parts.sent);
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
    } catch (error) {
      this.end('given-up');
      throw error;
    }
    return {
      abort: () => {
        exchange.abort();
        this.end('given-up');
      },
      pause: () => exchange.pause(),
      resume: () => exchange.resume(),
    };
  }

  /** Learns from the attempt whether what came is an answer at all. */
  watch(result: Promise<AttemptResult>): void {
    void result.then((settled) => this.judge(settled));
  }

  onHead(status: number, headers: UpstreamHeaders): void {
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
    if (entry !== null && this.answer === 'accepted' && kind !== 'paused-too-long') {
      this.parts.ledger.recordMishap(entry, classifyUpstreamError(kind));
    }
    this.end('broken');
    this.handler?.onError(kind, detail);
  }

  private judge(result: AttemptResult): void {
    if (this.entry === null || this.answer !== 'awaited') return;
    switch (result.kind) {
      case 'complete':
      case 'streaming':
        this.answer = 'accepted';
        if (this.begun.kind === 'something') {
          this.parts.ledger.recordFirstToken(this.entry, this.begun.afterMs);
        }
        this.recordWhole();
        return;
      case 'failed':
        this.answer = 'none';
        this.parts.ledger.recordMishap(this.entry, result.failure);
        return;
      case 'cancelled':
        this.answer = 'none';
    }
  }

  private end(ending: 'complete' | 'broken' | 'given-up'): void {
    if (this.entry === null || this.ending !== 'running') return;
    this.ending = ending;
    this.parts.ledger.recordEnd(this.entry, this.readTokens());
    this.recordWhole();
    this.parts.onOver();
  }

  /** Once it is known both that the answer is one and that it is complete, in whichever order. */
  private recordWhole(): void {
    if (this.entry === null || this.answer !== 'accepted' || this.ending !== 'complete') return;
    this.parts.ledger.recordWhole(this.entry, this.usageMeter.usage.completionTokens);
  }

  /** What is not known to be an answer has used nothing, unless its provider says so. */
  private readTokens(): Tokens | null {
    const { source, promptTokens, completionTokens } = this.usageMeter.usage;
    if (source === 'estimated' && this.answer !== 'accepted') return null;
    return { prompt: promptTokens, completion: completionTokens };
  }

  /** Comments keep a stream alive, and an empty line says nothing. */
  private isContent(chunk: Buffer): boolean {
    return this.parts.sent.delivery === 'json' || chunk.includes('data:');
  }
}
