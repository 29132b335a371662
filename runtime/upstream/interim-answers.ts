/** Up to the digit that tells `100 Continue` from the other interim answers. */
const CONTINUE = 'HTTP/1.1 100';
const HEAD_END = '\r\n\r\n';
const TWO = 0x32;

/**
 * Some servers send `100 Continue` although nobody asked for it. HTTP bids a client pass over it; undici takes it for a
 * broken answer, and it is the only interim answer that it does not pass over. So its status becomes 102 on the way: as
 * many bytes, with as little meaning. Looks at the first bytes of each answer, wherever they are cut, and at no others.
 */
export class InterimAnswers {
  private state: 'before-head' | 'in-interim-head' | 'in-answer' = 'before-head';
  /** Characters of what is looked for that have come. */
  private matched = 0;

  /** To be called before each request of the connection. */
  expect(): void {
    this.state = 'before-head';
    this.matched = 0;
  }

  /** Changes the bytes in place. */
  pass(bytes: Buffer): void {
    for (let at = 0; at < bytes.length && this.state !== 'in-answer'; at += 1) {
      if (this.state === 'before-head') this.passHead(bytes, at);
      else this.passInterim(bytes[at]);
    }
  }

  private passHead(bytes: Buffer, at: number): void {
    if (bytes[at] !== CONTINUE.charCodeAt(this.matched)) {
      this.state = 'in-answer';
      return;
    }
    this.matched += 1;
    if (this.matched < CONTINUE.length) return;
    bytes[at] = TWO;
    this.state = 'in-interim-head';
    this.matched = 0;
  }

  private passInterim(byte: number | undefined): void {
    const isNext = byte === HEAD_END.charCodeAt(this.matched);
    const isFirst = byte === HEAD_END.charCodeAt(0);
    this.matched = isNext ? this.matched + 1 : isFirst ? 1 : 0;
    if (this.matched === HEAD_END.length) this.expect();
  }
}
