import { crc32 } from 'node:zlib';
import { parseMap, readText } from '../translate/openai-request';
import { BrokenStreamError } from '../translate/answer-dialect';
import type { EventReader, ProviderEvent } from '../translate/answer-dialect';

/** Lengths of the whole message and of its headers, and the checksum of both. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
/** AWS bounds a message. */
const LONGEST_MESSAGE_BYTES = 24 * 1024 * 1024;

/**
 * AWS's binary event stream: messages with headers, a payload, and checksums.
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export class EventStream implements EventReader {
  private chunks: Buffer[] = [];
  private length = 0;
  /** Bytes of the message that has begun; until it is known, of its prelude. */
  private wanted = PRELUDE_BYTES;

  /** What a message says, as an event. */
  constructor(private readonly select: (message: EventMessage) => ProviderEvent) {}

  read(chunk: Buffer): readonly ProviderEvent[] {
    this.chunks.push(chunk);
    this.length += chunk.length;
    const events: ProviderEvent[] = [];
    // Joined only when something is whole: a large message in small chunks is copied once.
    while (this.length >= this.wanted) {
      const bytes =
        this.chunks.length === 1 ? (this.chunks[0] ?? NOTHING) : Buffer.concat(this.chunks);
      const total = readTotal(bytes);
      if (bytes.length < total) {
        this.keep(bytes, total);
        break;
      }
      events.push(this.select(parseMessage(bytes.subarray(0, total))));
      this.keep(bytes.subarray(total), PRELUDE_BYTES);
    }
    return events;
  }

  end(): readonly ProviderEvent[] {
    return [];
  }

  private keep(bytes: Buffer, wanted: number): void {
    this.chunks = bytes.length === 0 ? [] : [bytes];
    this.length = bytes.length;
    this.wanted = wanted;
  }
}

export interface EventMessage {
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: Buffer;
}

const NOTHING = Buffer.alloc(0);

function readTotal(bytes: Buffer): number {
  const total = bytes.readUInt32BE(0);
  const isSound = crc32(bytes.subarray(0, 8)) === bytes.readUInt32BE(8);
  if (!isSound || total < PRELUDE_BYTES + CHECKSUM_BYTES || total > LONGEST_MESSAGE_BYTES) {
    throw new BrokenStreamError('a message of the event stream has a wrong beginning');
  }
  return total;
}

function parseMessage(message: Buffer): EventMessage {
  const end = message.length - CHECKSUM_BYTES;
  if (crc32(message.subarray(0, end)) !== message.readUInt32BE(end)) {
    throw new BrokenStreamError('a message of the event stream has a wrong checksum');
  }
  const headersEnd = PRELUDE_BYTES + message.readUInt32BE(4);
  if (headersEnd > end) {
    throw new BrokenStreamError('the headers of an event stream are longer than its message');
  }
  return {
    headers: parseHeaders(message.subarray(PRELUDE_BYTES, headersEnd)),
    payload: message.subarray(headersEnd, end),
  };
}

const TEXT = 7;
/** Bytes of the values whose type has one length; of texts and bytes it stands before them. */
const VALUE_BYTES: readonly (number | null)[] = [0, 0, 1, 2, 4, 8, null, null, 8, 16];

/** Texts alone; other values say nothing that is needed here. */
function parseHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  try {
    while (at < bytes.length) {
      const nameEnd = at + 1 + bytes.readUInt8(at);
      const name = bytes.toString('utf8', at + 1, nameEnd);
      const type = bytes.readUInt8(nameEnd);
      const fixed = VALUE_BYTES[type];
      const valueStart = nameEnd + 1 + (fixed === null ? 2 : 0);
      const length = fixed === null ? bytes.readUInt16BE(nameEnd + 1) : fixed;
      if (length === undefined) throw new RangeError('unknown type');
      if (type === TEXT) headers.set(name, bytes.toString('utf8', valueStart, valueStart + length));
      at = valueStart + length;
    }
  } catch {
    throw new BrokenStreamError('a header of the event stream cannot be read');
  }
  return headers;
}

/** An event of ConverseStream, by its type; an exception by its own. */
export function selectConverseEvent({ headers, payload }: EventMessage): ProviderEvent {
  const name = headers.get(':exception-type') ?? headers.get(':event-type') ?? '';
  if (headers.get(':message-type') === 'error') {
    const message = headers.get(':error-message') ?? '';
    const code = headers.get(':error-code') ?? 'InternalServer';
    return { name: `${code}Exception`, data: JSON.stringify({ message }) };
  }
  return { name, data: payload.toString('utf8') };
}

/** An event of the model's own, in base64 within JSON. Events that AWS may add say nothing. */
export function selectInvokeEvent(message: EventMessage): ProviderEvent {
  const { name, data } = selectConverseEvent(message);
  if (message.headers.has(':event-type')) {
    const bytes = name === 'chunk' ? (readText(parseMap(data)?.bytes) ?? '') : '';
    return { name, data: Buffer.from(bytes, 'base64').toString('utf8') };
  }
  const type = name.toLowerCase().startsWith('throttling') ? 'rate_limit_error' : 'api_error';
  const error = { type, message: String(parseMap(data)?.message ?? data) };
  return { name, data: JSON.stringify({ type: 'error', error }) };
}
