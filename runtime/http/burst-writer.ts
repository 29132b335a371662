import type { Writable } from 'node:stream';

/**
 * Gathers what comes in one turn of the event loop into one write: a provider often sends many events at once, and to
 * write each by itself costs three pieces for the socket. Nothing waits longer than the turn it came in.
 */
export class BurstWriter {
  private pieces: Buffer[] = [];

  constructor(private readonly response: Writable) {}

  /** False: wait for the response to drain before more. */
  write(piece: Buffer): boolean {
    if (this.pieces.length === 0) process.nextTick(this.flush);
    this.pieces.push(piece);
    return !this.response.writableNeedDrain;
  }

  /** Writes what has come so far; to be called before the response is ended. */
  readonly flush = (): void => {
    const { pieces, response } = this;
    if (pieces.length === 0 || response.writableEnded || response.destroyed) return;
    this.pieces = [];
    response.write(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces));
  };
}
