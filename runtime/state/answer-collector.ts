import { MOST_ANSWER_BYTES } from './response-cache';

/** Keeps a copy of what passes by, until it is more than could be kept anyway. */
export class AnswerCollector {
  private chunks: Buffer[] | null = [];
  private bytes = 0;

  add(chunk: Buffer): void {
    if (this.chunks === null) return;
    this.bytes += chunk.length;
    if (this.bytes > MOST_ANSWER_BYTES) this.chunks = null;
    else this.chunks.push(chunk);
  }

  /** All that passed by; null: it was too much. To be asked only after an answer that is complete. */
  finish(): Buffer | null {
    return this.chunks === null ? null : Buffer.concat(this.chunks);
  }
}
