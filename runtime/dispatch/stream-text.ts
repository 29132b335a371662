import { countWrittenBytes } from '../providers/answer-text';

/** Enough for the last events: finish reason, usage and `[DONE]`. */
const TAIL_BYTES = 4 * 1024;
/** What is collected before it is counted: rarely, so that a stream of small pieces costs little per piece. */
const BATCH_BYTES = 3 * TAIL_BYTES;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The text of a stream as it passes, and its end as it is. Counts in large steps, and of a short stream nothing before
 * somebody asks: mostly the provider tells the usage, and nobody does.
 */
export class StreamText {
  private pieces: Buffer[] = [];
  private heldBytes = 0;
  private countedBytes = 0;
  private batchBytes = BATCH_BYTES;

  push(piece: Buffer): void {
    this.pieces.push(piece);
    this.heldBytes += piece.length;
    if (this.heldBytes > this.batchBytes) this.count();
  }

  /** The last of what passed, or all of it. */
  get tail(): Buffer {
    const [first] = this.pieces;
    if (this.pieces.length === 1 && first !== undefined) return first;
    const all = Buffer.concat(this.pieces);
    this.pieces = [all];
    return all;
  }

  /** Unit: bytes. */
  get writtenBytes(): number {
    return this.countedBytes + countWrittenBytes(this.tail);
  }

  /** Counts whole lines alone, so that no text and no name of a member is cut in two. */
  private count(): void {
    const all = this.tail;
    const end = selectLineEnd(all, all.length - TAIL_BYTES);
    this.countedBytes += countWrittenBytes(all.subarray(0, end));
    this.pieces = [all.subarray(end)];
    this.heldBytes = all.length - end;
    // A line that does not end is looked at again when it has doubled, not with each of its pieces.
    this.batchBytes = Math.max(BATCH_BYTES, 2 * this.heldBytes);
  }
}

/** The index behind the last line end before the given one; 0: there is none. */
function selectLineEnd(bytes: Buffer, before: number): number {
  const feed = bytes.lastIndexOf(LINE_FEED, before - 1);
  return (feed === -1 ? bytes.lastIndexOf(CARRIAGE_RETURN, before - 1) : feed) + 1;
}
