import { StringDecoder } from 'node:string_decoder';

export type FirstEvent =
  | { readonly kind: 'pending' }
  | { readonly kind: 'event'; readonly data: string }
  | { readonly kind: 'too-long' };

const LONGEST_FIRST_EVENT = 256 * 1024;
const PENDING: FirstEvent = { kind: 'pending' };

/**
 * Reads a stream up to its first event with data, and no further: what follows is passed on unread. Lines may end in LF,
 * CR or CRLF, a chunk may end anywhere, even inside a character; comments and events without data are skipped.
 */
export class FirstEventReader {
  private readonly decoder = new StringDecoder('utf8');
  private readonly dataLines: string[] = [];
  private line = '';
  private afterCarriageReturn = false;
  private atStart = true;
  private length = 0;

  read(chunk: Buffer): FirstEvent {
    this.length += chunk.length;
    let text = this.decoder.write(chunk);
    if (this.atStart && text !== '') {
      this.atStart = false;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code !== 10 && code !== 13) continue;
      if (code === 10 && this.afterCarriageReturn && at === start && this.line === '') {
        // The LF of a CRLF, whose CR already ended the line.
        this.afterCarriageReturn = false;
        start = at + 1;
        continue;
      }
      this.afterCarriageReturn = code === 13;
      const line = this.line + text.slice(start, at);
      this.line = '';
      start = at + 1;
      if (this.endLine(line)) return { kind: 'event', data: this.dataLines.join('\n') };
    }
    if (start < text.length) this.afterCarriageReturn = false;
    this.line += text.slice(start);
    return this.length > LONGEST_FIRST_EVENT ? { kind: 'too-long' } : PENDING;
  }

  /** Says whether the line completed an event with data. */
  private endLine(line: string): boolean {
    if (line === '') {
      if (this.dataLines.some((data) => data !== '')) return true;
      this.dataLines.length = 0;
    }
    if (line === 'data') this.dataLines.push('');
    else if (line.startsWith('data:')) this.dataLines.push(line.slice(line[5] === ' ' ? 6 : 5));
    return false;
  }
}
