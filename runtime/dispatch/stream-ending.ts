const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DONE = Buffer.from('[DONE]');
/** How the line begins: the blank may be missing. */
const BEGINNINGS = [Buffer.from('data: '), Buffer.from('data:')];

/**
 * The index behind `data: [DONE]`, where that is a line of its own; -1: it is none. Line ends inside JSON are escaped, so
 * text of the model cannot look like the end of its stream.
 */
export function selectDone(lines: Buffer): number {
  for (let at = lines.indexOf(DONE); at !== -1; at = lines.indexOf(DONE, at + 1)) {
    const end = at + DONE.length;
    if ((end === lines.length || isLineEnd(lines[end])) && beginsLine(lines, at)) return end;
  }
  return -1;
}

/** What is missing behind the bytes of a stream, so that its last event ends with an empty line. */
export function renderMissingLineEnds(tail: string): string {
  if (tail === '' || /(\n|\r)\1$|\r\n\r\n$/.test(tail)) return '';
  return /[\r\n]$/.test(tail) ? '\n' : '\n\n';
}

/** Behind `[DONE]` comes the end of its line, then an empty line, and nothing else. */
export class DoneTail {
  private lineEnds = 2;
  private after: 'carriage-return' | 'other' = 'other';

  /** What of the bytes belongs to the end; the rest is to be dropped. */
  select(bytes: Buffer): Buffer {
    let at = 0;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      const isSecondHalf = byte === LINE_FEED && this.after === 'carriage-return';
      if (!isSecondHalf) {
        if (!isLineEnd(byte) || this.lineEnds === 0) break;
        this.lineEnds -= 1;
      }
      this.after = byte === CARRIAGE_RETURN ? 'carriage-return' : 'other';
    }
    return bytes.subarray(0, at);
  }

  /** The line ends that did not come. */
  complete(): string {
    return '\n'.repeat(this.lineEnds);
  }
}

function beginsLine(lines: Buffer, doneAt: number): boolean {
  return BEGINNINGS.some((beginning) => {
    const start = doneAt - beginning.length;
    if (start < 0 || lines.compare(beginning, 0, beginning.length, start, doneAt) !== 0) {
      return false;
    }
    return start === 0 || isLineEnd(lines[start - 1]);
  });
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}
