/** Comments show that the connection lives, but a stream of nothing else is no answer. */
export class ContentWatch {
  /** When content came last. */
  private contentMs = 0;

  constructor(private readonly longestMs: number) {}

  restart(nowMs: number): void {
    this.contentMs = nowMs;
  }

  isOverdue(chunk: Buffer, nowMs: number): boolean {
    if (isContent(chunk)) this.contentMs = nowMs;
    return nowMs - this.contentMs > this.longestMs;
  }
}

/** A piece in the middle of a line counts as content; only whole comments and empty lines do not. */
function isContent(chunk: Buffer): boolean {
  return !NO_CONTENT.has(chunk[0]) || chunk.includes('data:');
}

/** Colon, line feed and carriage return. */
const NO_CONTENT: ReadonlySet<number | undefined> = new Set([0x3a, 0x0a, 0x0d]);
