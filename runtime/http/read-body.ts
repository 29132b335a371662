import { GatewayError } from '../errors';
import type { Memory } from '../ports';
import type { GatewayRequest } from './gateway-request';

const MIB = 1024 * 1024;

export const LARGEST_BODY_BYTES = 10 * MIB;

/** What bodies may come to. */
export interface BodyLimits {
  readonly memory: Pick<Memory, 'take' | 'give'>;
  /** Of a single body. */
  readonly mostBytes: number;
}

/** From here on one buffer is made for the whole body, instead of joining its pieces: those would be held twice for a moment. */
const LARGE_BODY_BYTES = 64 * 1024;

/**
 * The whole body, or an error as soon as it is known to be too large, or to find no room. Its bytes are counted for `account`
 * until whoever reads it gives them back; those of a body that does not arrive are given back here.
 */
export function readBody(
  { incoming, reply }: Pick<GatewayRequest, 'incoming' | 'reply'>,
  account: string,
  { memory, mostBytes }: BodyLimits,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const declared = Number(incoming.headers['content-length'] ?? 0);
    if (declared > mostBytes) {
      reject(tooLarge(mostBytes));
      return;
    }
    // Throws, and so rejects, where there is no room.
    memory.take(account, declared);
    let taken = declared;
    const whole = declared > LARGE_BODY_BYTES ? Buffer.allocUnsafeSlow(declared) : null;
    const chunks: Buffer[] = [];
    let length = 0;
    const fail = (error: unknown): void => {
      incoming.off('data', collect);
      chunks.length = 0;
      memory.give(account, taken);
      taken = 0;
      reject(error as Error);
    };
    const collect = (chunk: Buffer): void => {
      const start = length;
      length += chunk.length;
      if (length > mostBytes) {
        fail(tooLarge(mostBytes));
        return;
      }
      if (length > taken) {
        try {
          memory.take(account, length - taken);
          taken = length;
        } catch (error) {
          fail(error);
          return;
        }
      }
      if (whole === null) chunks.push(chunk);
      else chunk.copy(whole, start);
    };
    incoming.on('data', collect);
    incoming.on('end', () =>
      resolve(whole ?? (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks))),
    );
    incoming.on('error', () => fail(clientLeft()));
    incoming.on('close', () => {
      if (!incoming.complete) fail(clientLeft());
    });
    // A client that asks first sends nothing until it is told to: it is told here, when there is room.
    if (incoming.headers.expect !== undefined) reply.response.writeContinue();
  });
}

function tooLarge(mostBytes: number): GatewayError {
  return new GatewayError('body_too_large', `the body must be at most ${renderSize(mostBytes)}`);
}

function renderSize(bytes: number): string {
  return bytes % MIB === 0 ? `${bytes / MIB} MiB` : `${bytes} bytes`;
}

function clientLeft(): GatewayError {
  return new GatewayError('client_disconnected', 'the client closed the connection');
}
