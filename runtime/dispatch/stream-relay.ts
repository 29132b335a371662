import type { UpstreamErrorKind } from '../ports';
import { checkLaterEvent } from '../providers/check-event';
import { classifyUpstreamError, plainFailure } from '../providers/classify-failure';
import { StreamModel } from '../providers/stream-model';
import type { AnswerUsage } from '../providers/usage';
import type { Failure, ProviderWords } from '../routing/failure';
import type { RunningStream, StreamSink } from './attempt';
import { DoneTail, renderMissingLineEnds, selectDone } from './stream-ending';
import { TailBuffer } from './tail-buffer';
import { UsageEventFilter } from './usage-event-filter';

/** Where a stream goes: the client's response. */
export interface StreamOutlet {
  /** False: wait for `onDrain` before more. */
  write(chunk: Buffer): boolean;
  onDrain(listener: () => void): void;
}

/** What is known of the call beside its stream. */
export interface RelayPlan {
  /** Struck from what a provider says in the middle. */
  readonly secrets: readonly string[];
  /** The client's name of the model; null: the provider's is passed on. */
  readonly model: string | null;
}

const PLAIN: RelayPlan = { secrets: [], model: null };

type RelayEnding =
  | { readonly kind: 'finished' }
  /** The provider failed in the middle of its answer. */
  | { readonly kind: 'cut'; readonly failure: Failure }
  /** The client does not read. */
  | { readonly kind: 'client-too-slow' }
  | { readonly kind: 'cancelled' };

/** Whatever the ending, what was produced until then has to be paid for. */
export type RelayResult = { readonly usage: AnswerUsage } & RelayEnding;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Holds the last events: the finish reason and `[DONE]`. */
const TAIL_BYTES = 4 * 1024;
const LONGEST_HELD_LINE = 64 * 1024;
const DONE = 'data: [DONE]\n\n';
const FINISH_REASON = /"finish_reason"\s*:\s*"/;

/**
 * Passes a provider's stream to the client, byte for byte save the name of the model. Only the beginning of an unfinished
 * line is held back, so that a stream that is cut never leaves half an event in front of the error we append.
 */
export class StreamRelay implements StreamSink {
  readonly result: Promise<RelayResult>;
  /** Bytes copied so far: what relaying has cost beyond passing on. */
  copied = 0;

  private settle: (result: RelayResult) => void = () => undefined;
  private readonly tail = new TailBuffer(TAIL_BYTES);
  private readonly filter: UsageEventFilter | null;
  private readonly model: StreamModel | null;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private place: 'at-line-start' | 'in-long-line' = 'at-line-start';
  private state: 'running' | 'paused' | 'over' = 'running';
  /** Not null once `[DONE]` has been seen. */
  private doneTail: DoneTail | null = null;

  constructor(
    private readonly stream: RunningStream,
    private readonly outlet: StreamOutlet,
    private readonly plan: RelayPlan = PLAIN,
  ) {
    this.result = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.filter = stream.usageEvent === 'hidden' ? new UsageEventFilter() : null;
    this.model = plan.model === null ? null : new StreamModel(plan.model);
    outlet.onDrain(this.resume);
    stream.attach(this);
  }

  onChunk(chunk: Buffer): void {
    if (this.state === 'over') return;
    if (this.doneTail !== null) {
      this.takeDoneTail(chunk);
      return;
    }
    const bytes = this.place === 'in-long-line' ? this.passLongLine(chunk) : chunk;
    const end = selectLastLineEnd(bytes);
    if (end > 0) {
      const whole = end === bytes.length ? bytes : bytes.subarray(0, end);
      const lines = this.heldBytes === 0 ? whole : this.release(whole);
      this.writeLines(lines);
    }
    if (end === bytes.length || this.doneTail !== null) return;
    this.held.push(bytes.subarray(end));
    this.heldBytes += bytes.length - end;
    // A line that never ends is passed on instead of collected.
    if (this.heldBytes <= LONGEST_HELD_LINE) return;
    this.place = 'in-long-line';
    this.write(this.withClientModel(this.release(null)));
  }

  onEnd(): void {
    if (this.state === 'over') return;
    const last = this.release(null);
    // Half an event is no use to anybody.
    if (last.length > 0 && isWholeLine(last)) this.writeLines(last);
    if (this.isOver()) return;
    if (this.doneTail === null) {
      const tail = this.tail.toBuffer().toString('latin1');
      // The end of a connection is no proof of the end of an answer, unless the provider said that it had finished.
      if (!FINISH_REASON.test(tail)) {
        this.cut('the provider ended its stream too early');
        return;
      }
      this.write(Buffer.from(renderMissingLineEnds(tail) + DONE));
    }
    this.finishWhole();
  }

  onCut(kind: UpstreamErrorKind): void {
    if (this.doneTail !== null && this.state !== 'over') this.finishWhole();
    else if (kind === 'paused-too-long') this.finish({ kind: 'client-too-slow' });
    else this.cut(classifyUpstreamError(kind).message);
  }

  /** Ends the exchange with the provider at once. */
  cancel(): void {
    this.stream.abort();
    this.finish({ kind: 'cancelled' });
  }

  private cut(message: string, words?: ProviderWords): void {
    const failure = plainFailure('provider_stream_cut', 503, message);
    this.finish({ kind: 'cut', failure: words === undefined ? failure : { ...failure, words } });
  }

  /** Ends an answer that is complete. */
  private finishWhole(): void {
    const missing = this.doneTail?.complete() ?? '';
    if (missing !== '') this.write(Buffer.from(missing));
    // What still comes is not passed on, and nobody else will let it come.
    if (this.state === 'paused') this.stream.resume();
    this.finish({ kind: 'finished' });
  }

  private finish(ending: RelayEnding): void {
    this.state = 'over';
    this.settle({ usage: this.stream.usage, ...ending });
  }

  /**
   * A provider's own error event ends the stream as any other cut does: the client hears of it once, in our words and free
   * of keys, and no `[DONE]` behind it makes a whole of the part.
   */
  private writeLines(lines: Buffer): void {
    const error = lines.includes('"error"') ? selectErrorLine(lines, this.plan.secrets) : null;
    if (error === null) {
      this.show(lines);
      return;
    }
    if (error.start > 0) this.show(lines.subarray(0, error.start));
    if (this.isOver()) return;
    this.stream.abort();
    // Behind its end no error can undo an answer.
    if (this.doneTail !== null) this.finishWhole();
    else this.cut(error.failure.message, error.failure.words);
  }

  private show(lines: Buffer): void {
    const done = selectDone(lines);
    const whole = done === -1 ? lines : lines.subarray(0, done);
    const shown = this.withClientModel(this.filter === null ? whole : this.filter.select(whole));
    if (shown.length > 0) this.write(shown);
    if (done === -1) return;
    this.doneTail = new DoneTail();
    this.takeDoneTail(lines.subarray(done));
  }

  private takeDoneTail(bytes: Buffer): void {
    const ending = this.doneTail?.select(bytes) ?? bytes;
    if (ending.length > 0) this.write(ending);
    // More than line ends: the provider goes on after its end, and the client need not wait for that.
    if (ending.length < bytes.length) this.finishWhole();
  }

  private withClientModel(lines: Buffer): Buffer {
    return this.model === null ? lines : this.model.render(lines);
  }

  /** Passes on what belongs to a line that is too long to hold, and gives back what follows it. */
  private passLongLine(chunk: Buffer): Buffer {
    const end = selectFirstLineEnd(chunk);
    this.write(chunk.subarray(0, end));
    if (end < chunk.length || isLineEnd(chunk[end - 1])) this.place = 'at-line-start';
    return chunk.subarray(end);
  }

  private isOver(): boolean {
    return this.state === 'over';
  }

  private write(bytes: Buffer): void {
    this.tail.push(bytes);
    if (this.outlet.write(bytes) || this.state !== 'running') return;
    this.state = 'paused';
    this.stream.pause();
  }

  /** What was held back, with what follows it. */
  private release(next: Buffer | null): Buffer {
    const held = next === null ? this.held : [...this.held, next];
    this.held = [];
    this.heldBytes = 0;
    const bytes = Buffer.concat(held);
    this.copied += bytes.length;
    return bytes;
  }

  private readonly resume = (): void => {
    if (this.state !== 'paused') return;
    this.state = 'running';
    this.stream.resume();
  };
}

/** The index behind the last line end; 0: there is none. */
function selectLastLineEnd(bytes: Buffer): number {
  if (isLineEnd(bytes[bytes.length - 1])) return bytes.length;
  return Math.max(bytes.lastIndexOf(LINE_FEED), bytes.lastIndexOf(CARRIAGE_RETURN)) + 1;
}

/** The index behind the first line end; the length: there is none. */
function selectFirstLineEnd(bytes: Buffer): number {
  const ends = [bytes.indexOf(LINE_FEED), bytes.indexOf(CARRIAGE_RETURN)].filter((at) => at !== -1);
  return ends.length === 0 ? bytes.length : Math.min(...ends) + 1;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

/** Whether a line whose end did not come lacks nothing else. */
function isWholeLine(line: Buffer): boolean {
  const text = line.toString('utf8');
  if (!text.startsWith('data:')) return false;
  const data = text.slice('data:'.length).trim();
  if (data === '[DONE]') return true;
  try {
    return typeof JSON.parse(data) === 'object';
  } catch {
    return false;
  }
}

/** The first line that is an error event, and where it starts. */
function selectErrorLine(
  lines: Buffer,
  secrets: readonly string[],
): { readonly start: number; readonly failure: Failure } | null {
  let start = 0;
  for (const line of lines.toString('latin1').split(/[\r\n]/)) {
    const end = start + line.length;
    if (line.startsWith('data:') && line.includes('"error"')) {
      const failure = checkLaterEvent(lines.toString('utf8', start + 5, end), secrets);
      if (failure !== null) return { start, failure };
    }
    start = end + 1;
  }
  return null;
}
