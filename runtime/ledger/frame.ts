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
  /** Length of the records that are whole. */
  readonly wholeBytes: number;
  /**
   * How reading ended: at the end of the file, inside a record that was being written when its writer died, or at one
   * that was changed after it was written.
   */
  readonly end: 'whole' | 'torn' | 'corrupt';
}

/** The records of a file, up to the first that is not whole. */
export function parseFrames(bytes: Buffer): Frames {
  const payloads: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const frame = parseFrame(bytes, at);
    if (frame === 'torn' || frame === 'corrupt') return { payloads, wholeBytes: at, end: frame };
    payloads.push(frame);
    at += HEAD_BYTES + frame.length;
  }
  return { payloads, wholeBytes: at, end: 'whole' };
}

function parseFrame(bytes: Buffer, at: number): Buffer | 'torn' | 'corrupt' {
  const start = at + HEAD_BYTES;
  if (start > bytes.length || isZero(bytes, at)) return 'torn';
  if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32LE(at + 8)) return 'corrupt';
  const end = start + bytes.readUInt32LE(at);
  if (end > bytes.length) return 'torn';
  const payload = bytes.subarray(start, end);
  if (crc32(payload) === bytes.readUInt32LE(at + 4)) return payload;
  // A machine that stops may have made the file longer before it wrote the last record.
  return end === bytes.length ? 'torn' : 'corrupt';
}

/** Nothing but zeros to the end: a file that was made longer and never written. */
function isZero(bytes: Buffer, from: number): boolean {
  for (let at = from; at < bytes.length; at += 1) if (bytes[at] !== 0) return false;
  return true;
}
