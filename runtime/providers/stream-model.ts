import { selectTopLevelString } from './json-span';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DATA = Buffer.from('data:');
/** The model stands near the beginning of an event. Looking no further keeps the result the same however a line is cut. */
const FARTHEST = 16 * 1024;
/** A longer beginning than this is not worth remembering. */
const LONGEST_BEGINNING = 1024;

/**
 * Puts the client's name of the model in place of the provider's in every event of a stream; not a byte else is touched.
 * Events of one stream begin alike, so that comparing the beginning of the last one finds the name without reading.
 */
export class StreamModel {
  private readonly value: Buffer;
  private last: Beginning | null = null;

  constructor(model: string) {
    this.value = Buffer.from(JSON.stringify(model));
  }

  /** Takes whole lines; the last one may be the beginning of a line. */
  render(lines: Buffer): Buffer {
    let pieces: Buffer[] | null = null;
    let copied = 0;
    let carriageReturn = lines.indexOf(CARRIAGE_RETURN);
    for (let start = 0; start < lines.length;) {
      if (carriageReturn !== -1 && carriageReturn < start) {
        carriageReturn = lines.indexOf(CARRIAGE_RETURN, start);
      }
      const end = selectEnd(carriageReturn, lines.indexOf(LINE_FEED, start), lines.length);
      const beginning = this.selectBeginning(lines, start, end);
      if (beginning?.name === 'foreign') {
        pieces ??= [];
        pieces.push(lines.subarray(copied, start + beginning.nameAt), this.value);
        copied = start + beginning.bytes.length;
      }
      start = end + 1;
    }
    if (pieces === null) return lines;
    pieces.push(lines.subarray(copied));
    return Buffer.concat(pieces);
  }

  /** Null: the line names no model. */
  private selectBeginning(lines: Buffer, start: number, end: number): Beginning | null {
    const { last } = this;
    if (last !== null && start + last.bytes.length < end && isAt(lines, start, last.bytes)) {
      return last;
    }
    if (!isAt(lines, start, DATA)) return null;
    const line = lines.subarray(start, Math.min(end, start + FARTHEST));
    const name = selectTopLevelString(line.subarray(DATA.length), 'model');
    if (name === null || DATA.length + name.end >= line.length) return null;
    const nameAt = DATA.length + name.start;
    const bytes = line.subarray(0, DATA.length + name.end);
    const isOwn = bytes.subarray(nameAt).equals(this.value);
    const beginning: Beginning = { bytes, nameAt, name: isOwn ? 'own' : 'foreign' };
    if (bytes.length <= LONGEST_BEGINNING) {
      // A copy: a part of the chunk would keep all of it in memory.
      this.last = { ...beginning, bytes: Buffer.from(bytes) };
    }
    return beginning;
  }
}

/** An event up to the end of its model's name. */
interface Beginning {
  readonly bytes: Buffer;
  readonly nameAt: number;
  readonly name: 'own' | 'foreign';
}

function selectEnd(carriageReturn: number, lineFeed: number, length: number): number {
  if (carriageReturn === -1) return lineFeed === -1 ? length : lineFeed;
  return lineFeed === -1 ? carriageReturn : Math.min(carriageReturn, lineFeed);
}

function isAt(bytes: Buffer, start: number, sought: Buffer): boolean {
  const end = start + sought.length;
  return end <= bytes.length && bytes.compare(sought, 0, sought.length, start, end) === 0;
}
