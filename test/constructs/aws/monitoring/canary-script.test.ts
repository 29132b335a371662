import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createContext, runInContext } from 'node:vm';
import { renderCanaryScript } from '../../../../constructs/aws/monitoring/canary-script';

interface Seen {
  readonly path: string;
  readonly authorization: string;
  readonly body: { readonly model: string };
}

/** Runs the program as Lambda would, with a Secrets Manager that knows one secret. */
async function runCanary(url: string): Promise<void> {
  const exports: { handler?: () => Promise<void> } = {};
  const secretsManager = {
    GetSecretValueCommand: class {
      constructor(readonly input: { readonly SecretId: string }) {}
    },
    SecretsManagerClient: class {
      send({ input }: { input: { SecretId: string } }): Promise<{ SecretString: string }> {
        return Promise.resolve({ SecretString: `key of ${input.SecretId}` });
      }
    },
  };
  const context = createContext({
    exports,
    require: () => secretsManager,
    process: {
      env: { GATEWAY_URL: url, MODEL: 'gpt-4o', KEY_SECRET_ARN: 'arn', TIMEOUT_MS: '10000' },
    },
    fetch,
    AbortSignal,
  });
  runInContext(renderCanaryScript(), context);
  await exports.handler?.();
}

describe('renderCanaryScript', () => {
  let server: Server;
  let answer: { readonly status: number; readonly body: string };
  let seen: Seen[];

  beforeEach(async () => {
    seen = [];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({
          path: request.url ?? '',
          authorization: request.headers.authorization ?? '',
          body: JSON.parse(Buffer.concat(chunks).toString()),
        });
        response.writeHead(answer.status).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  it('sends one completion with the key of the secret and is content with text', async () => {
    answer = { status: 200, body: JSON.stringify({ choices: [{ message: { content: 'pong' } }] }) };
    await expect(runCanary(url())).resolves.toBeUndefined();
    expect(seen).toEqual([
      {
        path: '/v1/chat/completions',
        authorization: 'Bearer key of arn',
        body: expect.objectContaining({ model: 'gpt-4o' }),
      },
    ]);
  });

  it.each([
    ['a refusal', { status: 503, body: '{}' }, 'the gateway answered 503'],
    ['an answer without text', { status: 200, body: '{"choices":[]}' }, 'the answer has no text'],
    [
      'empty text',
      { status: 200, body: '{"choices":[{"message":{"content":""}}]}' },
      'the answer has no text',
    ],
  ])('fails on %s', async (_, given, message) => {
    answer = given;
    await expect(runCanary(url())).rejects.toThrow(message);
  });
});
