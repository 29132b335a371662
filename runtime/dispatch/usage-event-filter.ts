const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Stands in a usage alone: quotes inside JSON strings are escaped. */
const CUE = '"completion_tokens"';

/** Takes the event that only tells the usage out of a stream whose client has not asked for it; all else is untouched. */
export class UsageEventFilter {
  /** Ends of lines that belong to the event: its own, and the empty line behind it. */
  private lineEnds = 0;
  private after: 'carriage-return' | 'other' = 'other';

  /** Takes whole lines. */
  select(lines: Buffer): Buffer {
    const rest = this.selectBehindEvent(lines);
    const event = rest.includes(CUE) ? selectUsageLine(rest) : null;
    if (event === null) return rest;
    this.lineEnds = 2;
    const behind = this.selectBehindEvent(rest.subarray(event.end));
    return Buffer.concat([rest.subarray(0, event.start), behind]);
  }

  private selectBehindEvent(bytes: Buffer): Buffer {
    let at = 0;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      const isSecondHalf = byte === LINE_FEED && this.after === 'carriage-return';
      this.after = 'other';
      if (isSecondHalf) continue;
      const isLineEnd = byte === LINE_FEED || byte === CARRIAGE_RETURN;
      if (this.lineEnds === 0 || !isLineEnd) {
        this.lineEnds = 0;
        break;
      }
      this.lineEnds -= 1;
      if (byte === CARRIAGE_RETURN) this.after = 'carriage-return';
    }
    return at === 0 ? bytes : bytes.subarray(at);
  }
}

function selectUsageLine(lines: Buffer): { readonly start: number; readonly end: number } | null {
  let start = 0;
  for (const line of lines.toString('latin1').split(/[\r\n]/)) {
    const end = start + line.length;
    if (line.startsWith('data:') && line.includes(CUE) && isUsageAlone(lines, start + 5, end)) {
      return { start, end };
    }
    start = end + 1;
  }
  return null;
}

/** Some providers tell the usage with the last piece of the answer, which the client must have. */
function isUsageAlone(lines: Buffer, start: number, end: number): boolean {
  try {
    const event = JSON.parse(lines.toString('utf8', start, end)) as {
      readonly choices?: unknown;
      readonly usage?: unknown;
    } | null;
    const { choices, usage } = event ?? {};
    return (
      Array.isArray(choices) && choices.length === 0 && typeof usage === 'object' && usage !== null
    );
  } catch {
    return false;
  }
}
