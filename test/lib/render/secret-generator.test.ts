import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { renderSecretGenerator } from '../../../lib/render';

interface ApiRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

describe('renderSecretGenerator', () => {
  let server: Server;
  let requests: ApiRequest[];
  let answer: (request: ApiRequest) => { readonly status: number; readonly body?: unknown };

  beforeEach(async () => {
    requests = [];
    server = createServer((incoming, response) => {
      void text(incoming).then((body) => {
        const { authorization } = incoming.headers;
        const request = { method: incoming.method, url: incoming.url, authorization, body };
        requests.push(request);
        const { status, body: answerBody } = answer(request);
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answerBody ?? {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('makes the secret once, with a value for each key', async () => {
    answer = () => ({ status: 201 });
    const outcome = await runProgram();

    expect(outcome).toMatchObject({ status: 0, output: 'made secret litellm-generated\n' });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: '/api/v1/namespaces/models/secrets',
      authorization: 'Bearer token-of-the-pod',
    });
    const secret = JSON.parse(requests[0]?.body ?? '');
    expect(secret).toMatchObject({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'litellm-generated', namespace: 'models', labels: { a: 'b' } },
      type: 'Opaque',
    });
    expect(secret.stringData['master-key']).toMatch(/^sk-[A-Za-z0-9]{48}$/);
    expect(secret.stringData['password']).toMatch(/^[A-Za-z0-9]{48}$/);
    expect(secret.stringData['userlist.txt']).toBe(
      `"litellm" "${secret.stringData['password']}"\n`,
    );
  });

  it('makes other values each time', async () => {
    answer = () => ({ status: 201 });
    await runProgram();
    await runProgram();

    const [first, second] = requests.map(({ body }) => JSON.parse(body).stringData['password']);
    expect(first).not.toBe(second);
  });

  it('keeps a secret that is there', async () => {
    const data = { 'master-key': 'x', password: 'x', 'userlist.txt': 'x' };
    answer = ({ method }) =>
      method === 'POST' ? { status: 409 } : { status: 200, body: { data } };
    const outcome = await runProgram();

    expect(outcome).toMatchObject({ status: 0, output: 'kept secret litellm-generated\n' });
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /api/v1/namespaces/models/secrets',
      'GET /api/v1/namespaces/models/secrets/litellm-generated',
    ]);
  });

  it('rejects a secret that is there and lacks a key', async () => {
    const data = { 'master-key': 'x' };
    answer = ({ method }) =>
      method === 'POST' ? { status: 409 } : { status: 200, body: { data } };

    await expect(runProgram()).resolves.toMatchObject({
      status: 1,
      output: 'secret litellm-generated is there and lacks password, userlist.txt; add them\n',
    });
  });

  it('rejects an answer it does not know, so that the Job tries again', async () => {
    answer = () => ({ status: 403 });

    await expect(runProgram()).resolves.toMatchObject({
      status: 1,
      output: 'making the secret was answered 403\n',
    });
  });

  async function runProgram(): Promise<{
    readonly status: number | null;
    readonly output: string;
  }> {
    const tokenFile = join(mkdtempSync(join(tmpdir(), 'token-')), 'token');
    writeFileSync(tokenFile, 'token-of-the-pod\n');
    const program = renderSecretGenerator({
      namespace: 'models',
      secretName: 'litellm-generated',
      labels: { a: 'b' },
      apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      tokenFile,
      values: [
        { kind: 'random', key: 'master-key', prefix: 'sk-' },
        { kind: 'random', key: 'password', prefix: '' },
        { kind: 'text', key: 'userlist.txt', template: '"litellm" "{password}"\n' },
      ],
    });
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { status, output: (await output).join('') };
  }
});
