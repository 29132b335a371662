import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors';

export const LARGEST_BODY_BYTES = 10 * 1024 * 1024;

/** The whole body, or an error as soon as it is known to be too large. */
export function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(incoming.headers['content-length'] ?? 0) > LARGEST_BODY_BYTES) {
      reject(tooLarge());
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    const collect = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= LARGEST_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      incoming.off('data', collect);
      chunks.length = 0;
      reject(tooLarge());
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

function tooLarge(): GatewayError {
  return new GatewayError(
    'body_too_large',
    `the body must be at most ${LARGEST_BODY_BYTES / 1024 / 1024} MiB`,
  );
}

function clientLeft(): GatewayError {
  return new GatewayError('client_disconnected', 'the client closed the connection');
}
