import { request as requestPlain } from 'node:http';
import { request } from 'node:https';

export interface DocumentBounds {
  /** On the whole exchange, connecting included. */
  readonly timeoutMs: number;
  readonly mostBytes: number;
}

/** The body of a 200. Redirects are not followed: an address that is trusted does not lend its trust to another. */
export function fetchDocument(
  url: string,
  { timeoutMs, mostBytes }: DocumentBounds,
): Promise<string> {
  const send = url.startsWith('https:') ? request : requestPlain;
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      reject(new Error(signal.aborted ? `no answer within ${timeoutMs} ms` : reason));
    };
    const headers = { accept: 'application/json' };
    const outgoing = send(url, { method: 'GET', headers, agent: false, signal }, (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= mostBytes) chunks.push(chunk);
        else outgoing.destroy(new Error(`the answer is longer than ${mostBytes} bytes`));
      });
      answer.on('error', (error) => fail(error.message));
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
        else fail(`it answered ${answer.statusCode ?? 'nothing'}`);
      });
    });
    outgoing.on('error', (error) => fail(error.message));
    outgoing.end();
  });
}
