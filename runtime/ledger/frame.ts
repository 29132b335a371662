import { crc32 } from 'node:zlib';

/** Length, checksum of the payload, checksum of these two: so that a broken length is not taken for a torn tail. */
const HEAD_BYTES = 12;

/** A record as it stands in a file. */
export function renderFrame(payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(crc32(payload), 4);
  frame.writeUInt32LE(crc32(frame.subarray(0, 8)), 8);
  payload.copy(frame, HEAD_BYTES);
  return frame;
}

export interface Frames {
  readonly payloads: readonly Buffer[];
  /** Places where something was changed after it was written, and of which nothing can be read. */
  readonly damaged: number;
  /**
   * How reading ended: at the end of the file, inside a record that was being written when its writer died, or at one
   * that was changed after it was written.
   */
  readonly end: 'whole' | 'torn' | 'corrupt';
}

/** All records of a file that are whole: what was changed on the disk is passed over, and reading goes on behind it. */
export function parseFrames(bytes: Buffer): Frames {
  const payloads: Buffer[] = [];
  let damaged = 0;
  let at = 0;
  while (at < bytes.length) {
    const frame = parseFrame(bytes, at);
    if (typeof frame !== 'string') {
      payloads.push(frame);
      at += HEAD_BYTES + frame.length;
      continue;
    }
    const next = findFrame(bytes, at);
    if (next === null)
      return { payloads, damaged: damaged + (frame === 'corrupt' ? 1 : 0), end: frame };
    damaged += 1;
    at = next;
  }
  return { payloads, damaged, end: 'whole' };
}

function parseFrame(bytes: Buffer, at: number): Buffer | 'torn' | 'corrupt' {
  const start = at + HEAD_BYTES;
  if (start > bytes.length || isZero(bytes, at)) return 'torn';
  if (!hasHead(bytes, at)) return 'corrupt';
  const end = start + bytes.readUInt32LE(at);
  if (end > bytes.length) return 'torn';
  const payload = bytes.subarray(start, end);
  if (crc32(payload) === bytes.readUInt32LE(at + 4)) return payload;
  // A machine that stops may have made the file longer before it wrote the last record.
  return end === bytes.length ? 'torn' : 'corrupt';
}

/**
 * Where the next whole record begins; null: nowhere. A length may be among what was changed, so it is looked for at every
 * byte; that two checksums fit by chance is as good as impossible.
 */
function findFrame(bytes: Buffer, damagedAt: number): number | null {
  for (let at = damagedAt + 1; at + HEAD_BYTES <= bytes.length; at += 1) {
    // Bytes of a text make no length that fits: this alone rules nearly all of them out.
    if (at + HEAD_BYTES + bytes.readUInt32LE(at) > bytes.length) continue;
    if (hasHead(bytes, at) && typeof parseFrame(bytes, at) !== 'string') return at;
  }
  return null;
}

function hasHead(bytes: Buffer, at: number): boolean {
  return crc32(bytes.subarray(at, at + 8)) === bytes.readUInt32LE(at + 8);
}

/** Nothing but zeros to the end: a file that was made longer and never written. */
function isZero(bytes: Buffer, from: number): boolean {
  for (let at = from; at < bytes.length; at += 1) if (bytes[at] !== 0) return false;
  return true;
}
