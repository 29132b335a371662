/** Keeps the last bytes of what passes by. Collects references and copies only when it is asked. */
export class TailBuffer {
  private pieces: Buffer[] = [];
  private bytes = 0;

  /** Infinity: keeps everything. */
  constructor(private readonly leastBytes: number) {}

  push(piece: Buffer): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
    // Rarely, so that dropping costs little per piece; small pieces pin their blocks of memory only for so long.
    if (this.bytes > 2 * this.leastBytes && this.pieces.length > 1) {
      this.pieces = this.pieces.slice(this.selectFirst(this.leastBytes));
      this.bytes = this.pieces.reduce((sum, { length }) => sum + length, 0);
    }
  }

  /** The last so many bytes, or all that there are. */
  toBuffer(mostBytes = this.leastBytes): Buffer {
    const pieces = this.pieces.slice(this.selectFirst(mostBytes));
    const all = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    return all.length > mostBytes ? all.subarray(all.length - mostBytes) : all;
  }

  /** The first of the pieces that hold the last so many bytes. */
  private selectFirst(mostBytes: number): number {
    let bytes = 0;
    let first = this.pieces.length;
    while (first > 0 && bytes < mostBytes) {
      first -= 1;
      bytes += this.pieces[first]?.length ?? 0;
    }
    return first;
  }
}
