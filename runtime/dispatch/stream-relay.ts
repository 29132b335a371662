import type { UpstreamErrorKind } from '../ports';
import { classifyUpstreamError, plainFailure } from '../providers/classify-failure';
import { parseUsage } from '../providers/usage';
import type { Usage } from '../providers/usage';
import type { Failure } from '../routing/failure';
import type { RunningStream, StreamSink } from './attempt';

/** Where a stream goes: the client's response. */
export interface StreamOutlet {
  /** False: wait for `onDrain` before more. */
  write(chunk: Buffer): boolean;
  onDrain(listener: () => void): void;
}

export type RelayResult =
  | { readonly kind: 'finished'; readonly usage: Usage | null }
  /** The provider failed in the middle of its answer. */
  | { readonly kind: 'cut'; readonly failure: Failure }
  /** The client does not read. */
  | { readonly kind: 'client-too-slow' }
  | { readonly kind: 'cancelled' };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Holds the last events: the usage, the finish reason and `[DONE]`. */
const TAIL_BYTES = 4 * 1024;
const LONGEST_HELD_LINE = 64 * 1024;

/**
 * Passes a provider's stream to the client, byte for byte. Only the beginning of an unfinished line is held back, so
 * that a stream that is cut never leaves half an event in front of the error we append.
 */
export class StreamRelay implements StreamSink {
  readonly result: Promise<RelayResult>;
  private settle: (result: RelayResult) => void = () => undefined;
  private tail: Buffer = Buffer.alloc(0);
  private held: Buffer | null = null;
  private paused: 'no' | 'yes' = 'no';

  constructor(
    private readonly stream: RunningStream,
    private readonly outlet: StreamOutlet,
  ) {
    this.result = new Promise((resolve) => {
      this.settle = resolve;
    });
    outlet.onDrain(this.resume);
    stream.attach(this);
  }

  onChunk(chunk: Buffer): void {
    const bytes = this.held === null ? chunk : Buffer.concat([this.held, chunk]);
    const end = selectLastLineEnd(bytes);
    this.held = end === bytes.length ? null : bytes.subarray(end);
    if (end > 0) this.write(end === bytes.length ? bytes : bytes.subarray(0, end));
  }

  onEnd(): void {
    if (this.held !== null) this.write(this.held);
    // The end of a connection is no proof of the end of an answer, unless the provider said that it had finished.
    const text = this.tail.toString('latin1');
    if (text.includes('[DONE]') || /"finish_reason"\s*:\s*"/.test(text)) {
      this.settle({ kind: 'finished', usage: parseUsage(this.tail) });
    } else {
      this.cut(plainFailure('provider_stream_cut', 503, 'the provider ended its stream too early'));
    }
  }

  onCut(kind: UpstreamErrorKind): void {
    if (kind === 'paused-too-long') {
      this.settle({ kind: 'client-too-slow' });
      return;
    }
    const { message } = classifyUpstreamError(kind);
    this.cut(plainFailure('provider_stream_cut', 503, message));
  }

  /** Ends the exchange with the provider at once. */
  cancel(): void {
    this.stream.abort();
    this.settle({ kind: 'cancelled' });
  }

  private cut(failure: Failure): void {
    this.settle({ kind: 'cut', failure });
  }

  private write(bytes: Buffer): void {
    this.tail =
      bytes.length >= TAIL_BYTES
        ? bytes.subarray(bytes.length - TAIL_BYTES)
        : Buffer.concat([
            this.tail.subarray(Math.max(0, this.tail.length + bytes.length - TAIL_BYTES)),
            bytes,
          ]);
    if (this.outlet.write(bytes) || this.paused === 'yes') return;
    this.paused = 'yes';
    this.stream.pause();
  }

  private readonly resume = (): void => {
    if (this.paused === 'no') return;
    this.paused = 'no';
    this.stream.resume();
  };
}

/** The index behind the last line end; everything when no line end comes for too long. */
function selectLastLineEnd(bytes: Buffer): number {
  const last = bytes[bytes.length - 1];
  if (last === LINE_FEED || last === CARRIAGE_RETURN) return bytes.length;
  const end = Math.max(bytes.lastIndexOf(LINE_FEED), bytes.lastIndexOf(CARRIAGE_RETURN)) + 1;
  return bytes.length - end > LONGEST_HELD_LINE ? bytes.length : end;
}
