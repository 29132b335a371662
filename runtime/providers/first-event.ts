import { StringDecoder } from 'node:string_decoder';

export type FirstEvent =
  | { readonly kind: 'pending' }
  | { readonly kind: 'event'; readonly data: string }
  | { readonly kind: 'too-long' };

/** Of all that may come before an answer begins. */
const LONGEST_FIRST_EVENT = 256 * 1024;
const PENDING: FirstEvent = { kind: 'pending' };
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Reads a stream event by event until its answer begins, and no further: what follows is passed on unread. Lines may end
 * in LF, CR or CRLF, a chunk may end anywhere, even inside a character; comments and events without data are skipped.
 */
export class FirstEventReader {
  /** Characters looked at so far: what reading has cost. */
  examined = 0;

  private readonly decoder = new StringDecoder('utf8');
  /** What has come and was not looked at yet. */
  private text = '';
  private dataLines: string[] = [];
  private hasData: 'yes' | 'no' = 'no';
  private line = '';
  private after: 'carriage-return' | 'other' = 'other';
  private atStart: 'yes' | 'no' = 'yes';
  private length = 0;

  /** To be called when `next` has nothing more. */
  read(chunk: Buffer): FirstEvent {
    this.length += chunk.length;
    this.text = this.withoutMark(this.decoder.write(chunk));
    return this.next();
  }

  /** The next event of what has been read so far. */
  next(): FirstEvent {
    const { text } = this;
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      this.examined += 1;
      const code = text.charCodeAt(at);
      const before = this.after;
      this.after = code === CARRIAGE_RETURN ? 'carriage-return' : 'other';
      if (code === LINE_FEED && before === 'carriage-return') {
        // The LF of a CRLF, whose CR already ended the line.
        start = at + 1;
      } else if (code === LINE_FEED || code === CARRIAGE_RETURN) {
        const line = this.line + text.slice(start, at);
        this.line = '';
        start = at + 1;
        if (this.endLine(line) === 'event') {
          this.text = text.slice(start);
          return { kind: 'event', data: this.takeData() };
        }
      }
    }
    this.line += text.slice(start);
    this.text = '';
    return this.length > LONGEST_FIRST_EVENT ? { kind: 'too-long' } : PENDING;
  }

  private takeData(): string {
    const data = this.dataLines.join('\n');
    this.dataLines = [];
    this.hasData = 'no';
    return data;
  }

  /** A byte order mark may stand before everything else. */
  private withoutMark(text: string): string {
    if (this.atStart === 'no' || text === '') return text;
    this.atStart = 'no';
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  }

  /** Says whether the line completed an event with data. */
  private endLine(line: string): 'event' | 'more' {
    if (line === '') {
      if (this.hasData === 'yes') return 'event';
      this.dataLines = [];
    } else if (line === 'data') {
      this.dataLines.push('');
    } else if (line.startsWith('data:')) {
      const data = line.slice(line[5] === ' ' ? 6 : 5);
      if (data !== '') this.hasData = 'yes';
      this.dataLines.push(data);
    }
    return 'more';
  }
}
