import { request as requestPlain } from 'node:http';
import { request } from 'node:https';

const TIMEOUT_MS = 3_000;
const LARGEST_ANSWER_BYTES = 64 * 1024;

export interface CredentialRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Plain HTTP is for the machine's own metadata service, on a link-local address. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * The body of a 200 of who hands out credentials, asked outside any proxy. What is said and heard is a credential, so errors
 * tell the status and never the body.
 */
export function requestCredential(asked: CredentialRequest): Promise<string> {
  const { method, url, headers, body = '' } = asked;
  const send = url.startsWith('https:') ? request : requestPlain;
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new Error(`${method} ${url}: ${reason}`));
    const outgoing = send(url, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= LARGEST_ANSWER_BYTES) chunks.push(chunk);
        else outgoing.destroy(new Error('the answer is too long'));
      });
      answer.on('error', (error) => fail(error.message));
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
        else fail(`answered ${answer.statusCode ?? 'nothing'}`);
      });
    });
    // Bounds the whole exchange on a silent address; such addresses drop packets where there is no such service.
    outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(new Error('no answer within 3 s')));
    outgoing.on('error', (error) => fail(error.message));
    outgoing.end(body);
  });
}
