import { parseUsage } from '../providers/usage';
import type { AnswerUsage } from '../providers/usage';
import type { Delivery } from '../routing/load';
import { TailBuffer } from './tail-buffer';

/** A stream ends with its usage, its finish reason and `[DONE]`. */
const TAIL_BYTES = 4 * 1024;
/** About what a token is in a document whose usage nobody tells. */
const BYTES_PER_TOKEN = 4;
const EVENT = Buffer.from('\ndata:');
const FIRST_EVENT = EVENT.subarray(1);
const DONE = Buffer.from('data: [DONE]');

/**
 * Learns what one answer used: what its provider tells, else an estimate of the prompt and about a token for each event.
 * Counts as the answer passes and reads once, at its end.
 */
export class UsageMeter {
  private readonly tail: TailBuffer;
  private events = 0;
  private bytes = 0;
  private read: AnswerUsage | null = null;

  constructor(
    private readonly sent: { readonly delivery: Delivery; readonly promptTokens: number },
  ) {
    // A document may tell its usage before a long text, and is kept as a whole anyway.
    this.tail = new TailBuffer(sent.delivery === 'json' ? Infinity : TAIL_BYTES);
  }

  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.tail.push(chunk);
    if (this.sent.delivery === 'stream') this.events += countEvents(chunk);
  }

  /** Final at the first call: the answer is over, complete or not. */
  get usage(): AnswerUsage {
    this.read ??= this.readTold() ?? this.estimate();
    return this.read;
  }

  private readTold(): AnswerUsage | null {
    const told =
      parseUsage(this.tail.toBuffer(TAIL_BYTES)) ??
      (this.sent.delivery === 'json' ? parseUsage(this.tail.toBuffer()) : null);
    return told === null ? null : { source: 'told', ...told };
  }

  private estimate(): AnswerUsage {
    const { promptTokens, delivery } = this.sent;
    const completionTokens =
      delivery === 'json' ? Math.ceil(this.bytes / BYTES_PER_TOKEN) : this.countContent();
    return { source: 'estimated', promptTokens, completionTokens };
  }

  private countContent(): number {
    const ends = this.tail.toBuffer().includes(DONE) ? 1 : 0;
    return Math.max(0, this.events - ends);
  }
}

/** Line ends inside JSON are escaped, so text of the model never looks like an event. */
function countEvents(chunk: Buffer): number {
  let count = chunk[0] === FIRST_EVENT[0] && chunk.indexOf(FIRST_EVENT) === 0 ? 1 : 0;
  for (let at = chunk.indexOf(EVENT); at !== -1; at = chunk.indexOf(EVENT, at + EVENT.length)) {
    count += 1;
  }
  return count;
}
