/** Keeps the last bytes of what passes by. Collects references and copies only when it is asked. */
export class TailBuffer {
  private pieces: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly leastBytes: number) {}

  push(piece: Buffer): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
    // Rarely, so that dropping costs little per piece; small pieces pin their blocks of memory only for so long.
    if (this.bytes > 2 * this.leastBytes && this.pieces.length > 1) this.drop();
  }

  toBuffer(): Buffer {
    const all = Buffer.concat(this.pieces);
    return all.subarray(Math.max(0, all.length - this.leastBytes));
  }

  private drop(): void {
    let first = 0;
    let bytes = this.bytes;
    for (const piece of this.pieces) {
      if (bytes - piece.length < this.leastBytes) break;
      bytes -= piece.length;
      first += 1;
    }
    this.pieces = this.pieces.slice(first);
    this.bytes = bytes;
  }
}
