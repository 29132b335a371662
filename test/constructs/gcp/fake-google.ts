import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { CodeObject } from '../../../constructs/gcp/compute/prepare-script';

export const TOKEN_PATH = '/computeMetadata/v1/instance/service-accounts/default/token';

/** Cloud Storage's `objects.get` with `alt=media`: the object's name is one segment of the path. */
export function codePath(code: Pick<CodeObject, 'bucket' | 'name'>): string {
  return `/storage/v1/b/${code.bucket}/o/${code.name.replaceAll('/', '%2F')}?alt=media`;
}

/** The three Google services that a starting machine calls, on one port: their answers by path. */
export class FakeGoogle {
  readonly requests: IncomingMessage[] = [];
  readonly answers = new Map<string, string | Buffer>();
  private readonly server: Server = createServer((request, response) => {
    this.requests.push(request);
    const answer = this.answers.get(request.url ?? '');
    response.writeHead(answer === undefined ? 503 : 200).end(answer);
  });

  constructor() {
    this.answers.set(TOKEN_PATH, JSON.stringify({ access_token: 'a-token', expires_in: 3599 }));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  keepCode(code: Pick<CodeObject, 'bucket' | 'name'>, bytes: string | Buffer): void {
    this.answers.set(codePath(code), bytes);
  }

  /** The shape of `secrets.versions.access` in Secret Manager's REST API. */
  keepSecret(version: string, value: string): void {
    const payload = { data: Buffer.from(value).toString('base64') };
    this.answers.set(`/v1/${version}:access`, JSON.stringify({ name: version, payload }));
  }
}

/** Runs `prepare.js` and `manifest.json` of a folder as a machine does; its files land there too. */
export async function prepare(folder: string) {
  const child = spawn(process.execPath, [
    join(folder, 'prepare.js'),
    join(folder, 'manifest.json'),
    folder,
  ]);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stderr };
}
