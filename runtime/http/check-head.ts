import { GatewayError } from '../errors';

/** More than any client sends; Node.js itself would leave out the rest without a word. */
export const MOST_HEADERS = 100;

const CLOSE = ['connection', 'close'] as const;

/**
 * Refuses heads that others on the way may read in another way than we do: with two `Host`, or with more headers than are
 * kept. `rawHeaders` are name, value, name, value …
 */
export function checkHead(rawHeaders: readonly string[]): void {
  if (rawHeaders.length > 2 * MOST_HEADERS) {
    throw new GatewayError(
      'headers_too_large',
      `a request must have at most ${MOST_HEADERS} headers`,
      {
        headers: CLOSE,
      },
    );
  }
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    // Lower case is made of names of this length alone: of nearly none.
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts > 1) {
    throw new GatewayError('invalid_request', 'a request must have one Host header', {
      headers: CLOSE,
    });
  }
}
