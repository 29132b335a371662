import type {
  Cancel,
  Clock,
  Memory,
  Upstream,
  UpstreamErrorKind,
  UpstreamExchange,
  UpstreamHandler,
  UpstreamHeaders,
  UpstreamLimits,
  UpstreamRequest,
} from '../ports';
import { checkJsonAnswer } from '../providers/check-answer';
import {
  classifyFailure,
  classifyUpstreamError,
  plainFailure,
} from '../providers/classify-failure';
import type { AnswerUsage } from '../providers/usage';
import type { Failure } from '../routing/failure';
import { selectRetryAfterMs } from '../upstream/retry-after';
import { ContentWatch } from './content-watch';
import { StreamOpening } from './stream-opening';
import type { UsageMeter } from './usage-meter';

const LARGEST_ANSWER_BYTES = 32 * 1024 * 1024;
const LARGEST_ERROR_BYTES = 64 * 1024;

export interface AttemptPlan {
  readonly delivery: 'json' | 'stream';
  readonly request: UpstreamRequest;
  readonly limits: UpstreamLimits;
  /** The deployment's keys: struck from what the provider says. */
  readonly secrets: readonly string[];
  /** Counts what the answer uses. */
  readonly meter: Pick<UsageMeter, 'usage'>;
  readonly usageEvent: RunningStream['usageEvent'];
  /** Counts what is collected of the answer. */
  readonly memory: Pick<Memory, 'hold' | 'release'>;
}

export type AttemptResult =
  | {
      readonly kind: 'complete';
      readonly headers: UpstreamHeaders;
      readonly body: Buffer;
      readonly usage: AnswerUsage;
    }
  | {
      readonly kind: 'streaming';
      readonly headers: UpstreamHeaders;
      readonly stream: RunningStream;
    }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      /** What the provider may bill all the same: it had begun to answer. Absent where it had not. */
      readonly received?: AnswerUsage;
    }
  | { readonly kind: 'cancelled' };

/** Who takes the bytes of a stream once it has proved to be one. */
export interface StreamSink {
  onChunk(chunk: Buffer): void;
  onEnd(): void;
  onCut(kind: UpstreamErrorKind): void;
}

export interface RunningStream {
  /** What it used; to be asked once it is over, in whatever way. */
  readonly usage: AnswerUsage;
  /** `hidden`: the client has not asked for the event that tells the usage, but we have. */
  readonly usageEvent: 'shown' | 'hidden';
  /** Hands over what has come so far and all that follows. */
  attach(sink: StreamSink): void;
  abort(): void;
  pause(): void;
  resume(): void;
}

type Phase = 'head' | 'answer' | 'opening' | 'error-body' | 'relay' | 'over';

/**
 * One request to one deployment, up to the point where it is known whether it answers. Everything before that point is
 * still ours: nothing was shown to the client, so any failure may be mended elsewhere.
 */
export class Attempt implements UpstreamHandler, RunningStream {
  readonly result: Promise<AttemptResult>;
  /** Unit: milliseconds, from sending; null until the first byte of a body. */
  firstByteAfterMs: number | null = null;

  private settle: (result: AttemptResult) => void = () => undefined;
  private readonly startedMs: number;
  private readonly exchange: UpstreamExchange;
  private phase: Phase = 'head';
  private status = 0;
  private headers: UpstreamHeaders = {};
  private chunks: Buffer[] = [];
  private length = 0;
  private opening: StreamOpening | null = null;
  private heldBytes = 0;
  private sink: StreamSink | null = null;
  private ending: (() => void) | null = null;
  private cancelPatience: Cancel | null = null;
  private readonly watch: ContentWatch;

  constructor(
    upstream: Pick<Upstream, 'send'>,
    private readonly clock: Clock,
    private readonly plan: AttemptPlan,
  ) {
    this.result = new Promise((resolve) => {
      this.settle = (result) => {
        this.endPatience();
        resolve(result);
      };
    });
    this.startedMs = clock.nowMs();
    this.watch = new ContentWatch(plan.limits.contentMs);
    this.exchange = upstream.send(plan.request, plan.limits, this);
  }

  get usage(): AnswerUsage {
    return this.plan.meter.usage;
  }

  get usageEvent(): RunningStream['usageEvent'] {
    return this.plan.usageEvent;
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    this.status = status;
    this.headers = headers;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      // Asked for none; unpacking would open the door to decompression bombs.
      this.failWith('the provider compressed its answer although asked not to');
    } else if (status !== 200) {
      this.phase = 'error-body';
      this.limitPatience();
    } else if (Number(headers['content-length'] ?? 0) > LARGEST_ANSWER_BYTES) {
      this.failWith('the answer is larger than this gateway passes on');
    } else if (this.plan.delivery === 'json') {
      this.phase = 'answer';
    } else {
      this.phase = 'opening';
      this.opening = new StreamOpening(this.watch, this.plan.secrets);
    }
  }

  onData(chunk: Buffer): void {
    this.firstByteAfterMs ??= this.clock.nowMs() - this.startedMs;
    if (this.phase === 'over' || (this.phase === 'relay' && this.isContentOverdue(chunk))) return;
    if (this.phase === 'relay' && this.sink !== null) {
      this.sink.onChunk(chunk);
      return;
    }
    if (this.phase === 'answer' && !this.hold(chunk.length)) return;
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.phase === 'opening') this.readOpening(chunk);
    else if (this.phase === 'error-body' && this.length > LARGEST_ERROR_BYTES)
      this.failWithAnswer();
    else if (this.length > LARGEST_ANSWER_BYTES) {
      this.failWith('the answer is larger than this gateway passes on');
    }
  }

  /** A whole document is kept by its translation, and counts until its translation is passed on. */
  onKept(bytes: number): void {
    if (this.phase === 'answer') this.hold(bytes);
  }

  onEnd(): void {
    switch (this.phase) {
      case 'relay':
        this.end(() => this.sink?.onEnd());
        return;
      case 'answer':
        this.finishAnswer();
        return;
      case 'error-body':
        this.failWithAnswer();
        return;
      case 'head':
      case 'opening':
        this.failAfterEnd();
        return;
      case 'over':
    }
  }

  onError(kind: UpstreamErrorKind): void {
    if (this.phase === 'relay') this.end(() => this.sink?.onCut(kind));
    else if (this.phase === 'error-body') this.failWithAnswer();
    else this.fail(classifyUpstreamError(kind));
  }

  attach(sink: StreamSink): void {
    this.sink = sink;
    const held = this.chunks;
    this.chunks = [];
    for (const chunk of held) sink.onChunk(chunk);
    this.ending?.();
  }

  /** Gives up before there is an answer. */
  cancel(): void {
    this.abort();
    this.settle({ kind: 'cancelled' });
  }

  abort(): void {
    this.phase = 'over';
    this.releaseHeld();
    this.exchange.abort();
  }

  pause(): void {
    this.exchange.pause();
  }

  resume(): void {
    // While the client did not read, no content could come.
    this.watch.restart(this.clock.nowMs());
    this.exchange.resume();
  }

  private readOpening(chunk: Buffer): void {
    const nowMs = this.clock.nowMs();
    const opening = this.opening?.read(chunk, nowMs);
    switch (opening?.kind) {
      case 'failed':
        this.fail(opening.failure);
        return;
      case 'unproven':
        this.limitPatience();
        return;
      case 'prelude':
        // From here on the silences are bounded, as in the middle of a stream.
        this.endPatience();
        return;
      case 'answer':
        this.phase = 'relay';
        this.watch.restart(nowMs);
        this.settle({ kind: 'streaming', headers: this.headers, stream: this });
        return;
      case undefined:
    }
  }

  private endPatience(): void {
    this.cancelPatience?.();
    this.cancelPatience = null;
  }

  /**
   * The exchange waits for a first byte only. Comments before the first event, or an error that never ends, would keep it
   * alive beyond the time of the attempt.
   */
  private limitPatience(): void {
    const leftMs = this.startedMs + this.plan.limits.firstByteMs - this.clock.nowMs();
    this.cancelPatience ??= this.clock.after(Math.max(0, leftMs), () => {
      if (this.phase === 'error-body') this.failWithAnswer();
      else this.fail(classifyUpstreamError('first-byte-timeout'));
    });
  }

  private isContentOverdue(chunk: Buffer): boolean {
    if (!this.watch.isOverdue(chunk, this.clock.nowMs())) return false;
    this.exchange.abort();
    this.end(() => this.sink?.onCut('content-timeout'));
    return true;
  }

  /** Errors and first events have bounds that are small enough to need no counting. */
  private hold(bytes: number): boolean {
    if (this.plan.memory.hold(bytes) === 'refused') {
      this.failWith('this gateway has no memory left to collect the answer');
      return false;
    }
    this.heldBytes += bytes;
    return true;
  }

  private releaseHeld(): void {
    if (this.heldBytes > 0) this.plan.memory.release(this.heldBytes);
    this.heldBytes = 0;
  }

  private finishAnswer(): void {
    this.releaseHeld();
    const body =
      this.chunks.length === 1 && this.chunks[0] ? this.chunks[0] : Buffer.concat(this.chunks);
    const failure = checkJsonAnswer(body, this.plan.secrets);
    if (failure !== null) {
      this.fail(failure);
      return;
    }
    this.phase = 'over';
    this.settle({ kind: 'complete', headers: this.headers, body, usage: this.usage });
  }

  private failAfterEnd(): void {
    const text = Buffer.concat(this.chunks).toString('utf8');
    const failure = this.opening?.end(text) ?? classifyUpstreamError('connection-lost');
    this.fail(failure);
  }

  private failWithAnswer(): void {
    this.fail(
      classifyFailure({
        status: this.status,
        body: Buffer.concat(this.chunks).toString('utf8', 0, LARGEST_ERROR_BYTES),
        retryAfterMs: selectRetryAfterMs(this.headers, {
          status: this.status,
          wallMs: this.clock.wallMs(),
        }),
        secrets: this.plan.secrets,
      }),
    );
  }

  private failWith(message: string): void {
    this.fail(plainFailure('provider_invalid_response', 502, message));
  }

  private fail(failure: Failure): void {
    if (this.phase === 'over') return;
    const hasBegun = this.status === 200 && this.length > 0;
    this.abort();
    this.settle(
      hasBegun ? { kind: 'failed', failure, received: this.usage } : { kind: 'failed', failure },
    );
  }

  /** A stream may end before anyone is attached to it; what it has sent until then is passed on first. */
  private end(tell: () => void): void {
    this.phase = 'over';
    if (this.sink === null) this.ending = tell;
    else tell();
  }
}
