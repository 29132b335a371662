import type { UpstreamErrorKind } from '../ports';
import { checkLaterEvent } from '../providers/check-event';
import { classifyUpstreamError, plainFailure } from '../providers/classify-failure';
import type { AnswerUsage } from '../providers/usage';
import type { Failure } from '../routing/failure';
import type { RunningStream, StreamSink } from './attempt';
import { TailBuffer } from './tail-buffer';
import { UsageEventFilter } from './usage-event-filter';

/** Where a stream goes: the client's response. */
export interface StreamOutlet {
  /** False: wait for `onDrain` before more. */
  write(chunk: Buffer): boolean;
  onDrain(listener: () => void): void;
}

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
/** Line ends inside JSON are escaped, so text of the model cannot look like the end of its stream. */
const DONE = /(^|[\r\n])data: ?\[DONE\]/;
const FINISH_REASON = /"finish_reason"\s*:\s*"/;

/**
 * Passes a provider's stream to the client, byte for byte. Only the beginning of an unfinished line is held back, so
 * that a stream that is cut never leaves half an event in front of the error we append.
 */
export class StreamRelay implements StreamSink {
  readonly result: Promise<RelayResult>;
  /** Bytes copied so far: what relaying has cost beyond passing on. */
  copied = 0;

  private settle: (result: RelayResult) => void = () => undefined;
  private readonly tail = new TailBuffer(TAIL_BYTES);
  private readonly filter: UsageEventFilter | null;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private state: 'running' | 'paused' | 'over' = 'running';

  constructor(
    private readonly stream: RunningStream,
    private readonly outlet: StreamOutlet,
    private readonly secrets: readonly string[] = [],
  ) {
    this.result = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.filter = stream.usageEvent === 'hidden' ? new UsageEventFilter() : null;
    outlet.onDrain(this.resume);
    stream.attach(this);
  }

  onChunk(chunk: Buffer): void {
    if (this.state === 'over') return;
    const end = selectLastLineEnd(chunk);
    if (end > 0) {
      const whole = end === chunk.length ? chunk : chunk.subarray(0, end);
      const lines = this.heldBytes === 0 ? whole : this.release(whole);
      this.writeLines(lines);
    }
    if (end === chunk.length) return;
    this.held.push(chunk.subarray(end));
    this.heldBytes += chunk.length - end;
    // A line that never ends is passed on instead of collected.
    if (this.heldBytes > LONGEST_HELD_LINE) this.write(this.release(null));
  }

  onEnd(): void {
    if (this.state === 'over') return;
    const last = this.release(null);
    // The end of a connection is no proof of the end of an answer, unless the provider said that it had finished.
    const text = this.tail.toBuffer().toString('latin1') + last.toString('latin1');
    if (!DONE.test(text) && !FINISH_REASON.test(text)) {
      this.cut('the provider ended its stream too early');
      return;
    }
    if (last.length > 0) this.write(last);
    this.finish({ kind: 'finished' });
  }

  onCut(kind: UpstreamErrorKind): void {
    if (kind === 'paused-too-long') this.finish({ kind: 'client-too-slow' });
    else this.cut(classifyUpstreamError(kind).message);
  }

  /** Ends the exchange with the provider at once. */
  cancel(): void {
    this.stream.abort();
    this.finish({ kind: 'cancelled' });
  }

  private cut(message: string): void {
    this.finish({ kind: 'cut', failure: plainFailure('provider_stream_cut', 503, message) });
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
    const error = lines.includes('"error"') ? selectErrorLine(lines, this.secrets) : null;
    if (error === null) {
      this.show(lines);
      return;
    }
    if (error.start > 0) this.show(lines.subarray(0, error.start));
    this.stream.abort();
    this.cut(error.failure.message);
  }

  private show(lines: Buffer): void {
    const shown = this.filter === null ? lines : this.filter.select(lines);
    if (shown.length > 0) this.write(shown);
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
  const last = bytes[bytes.length - 1];
  if (last === LINE_FEED || last === CARRIAGE_RETURN) return bytes.length;
  return Math.max(bytes.lastIndexOf(LINE_FEED), bytes.lastIndexOf(CARRIAGE_RETURN)) + 1;
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
