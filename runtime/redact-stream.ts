import type { Redactor } from './redact';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Strikes secrets out of a body that comes in pieces. Escapes keep line ends out of a secret, so that a piece of whole lines,
 * which nearly all are, is passed on at once; of any other the end is held back that may be the beginning of a secret.
 */
export class StreamRedactor {
  private held: Buffer = NOTHING;

  constructor(private readonly redactor: Redactor) {}

  /** What may be shown now, perhaps nothing. */
  strike(piece: Buffer): Buffer {
    const bytes = this.held.length === 0 ? piece : Buffer.concat([this.held, piece]);
    this.held = NOTHING;
    const last = bytes[bytes.length - 1];
    if (last === LINE_FEED || last === CARRIAGE_RETURN) return this.redactor.bytes(bytes);
    const clean = this.redactor.bytes(bytes);
    const shown = Math.max(0, clean.length - this.redactor.longestBytes);
    this.held = clean.subarray(shown);
    return clean.subarray(0, shown);
  }

  /** What was held back; the body is over. */
  finish(): Buffer {
    const rest = this.redactor.bytes(this.held);
    this.held = NOTHING;
    return rest;
  }
}

const NOTHING = Buffer.alloc(0);
