import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors';

const MIB = 1024 * 1024;

export const LARGEST_BODY_BYTES = 10 * MIB;

/** The whole body, or an error as soon as it is known to be too large. */
export function readBody(
  incoming: IncomingMessage,
  mostBytes: number = LARGEST_BODY_BYTES,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(incoming.headers['content-length'] ?? 0) > mostBytes) {
      reject(tooLarge(mostBytes));
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    const collect = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= mostBytes) {
        chunks.push(chunk);
        return;
      }
      incoming.off('data', collect);
      chunks.length = 0;
      reject(tooLarge(mostBytes));
    };
    incoming.on('data', collect);
    incoming.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)),
    );
    incoming.on('error', () => reject(clientLeft()));
    incoming.on('close', () => {
      if (!incoming.complete) reject(clientLeft());
    });
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
