const HEAD_END = '\r\n\r\n';

/**
 * Finds the ends of HTTP/1.1 messages in the bytes of one connection, one message at a time. Knows no more than the
 * bench's own peers need: a length or chunks, no pipelining, no trailers. An HTTP library would cost more than what is
 * measured.
 */
export class HttpReader {
  head = '';
  bodyBytes = 0;
  #held = null;
  #state = 'head';
  #left = 0;

  /** `onBody` is given the pieces of the body, without the sizes of chunks. */
  constructor(onBody = () => undefined) {
    this.onBody = onBody;
  }

  /** Takes bytes; true once the message is whole. The next bytes then begin the next one. */
  feed(bytes) {
    let rest = this.#held === null ? bytes : Buffer.concat([this.#held, bytes]);
    this.#held = null;
    if (this.#state === 'head') {
      const end = rest.indexOf(HEAD_END);
      if (end === -1) return this.#hold(rest);
      this.head = rest.latin1Slice(0, end);
      this.bodyBytes = 0;
      rest = rest.subarray(end + HEAD_END.length);
      const length = /\r\ncontent-length: *(\d+)/i.exec(this.head);
      this.#state = length === null ? 'chunks' : 'length';
      this.#left = Number(length?.[1] ?? 0);
    }
    return this.#state === 'length' ? this.#feedLength(rest) : this.#feedChunks(rest);
  }

  #feedLength(bytes) {
    this.#take(bytes);
    this.#left -= bytes.length;
    if (this.#left > 0) return false;
    this.#state = 'head';
    return true;
  }

  #feedChunks(bytes) {
    let at = 0;
    while (at < bytes.length) {
      const lineEnd = bytes.indexOf('\r\n', at);
      if (lineEnd === -1) break;
      const size = Number.parseInt(bytes.latin1Slice(at, lineEnd), 16);
      const next = lineEnd + 2 + size + 2;
      if (next > bytes.length) break;
      if (size === 0) {
        this.#state = 'head';
        return true;
      }
      this.#take(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
      at = next;
    }
    return this.#hold(bytes.subarray(at));
  }

  #take(piece) {
    this.bodyBytes += piece.length;
    if (piece.length > 0) this.onBody(piece);
  }

  #hold(bytes) {
    this.#held = bytes.length === 0 ? null : bytes;
    return false;
  }
}
