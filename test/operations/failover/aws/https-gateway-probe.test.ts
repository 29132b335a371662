import { createServer, type Server } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createGatewayProbe } from '../../../../operations/failover/aws/https-gateway-probe';
import { createLoopbackCertificate } from '../../../support/loopback-certificate';

interface Reply {
  readonly status?: number;
  readonly body?: string;
  readonly region?: string;
  /** Hangs up after the body instead of ending it. */
  readonly broken?: true;
}

interface Seen {
  readonly path: string;
  readonly host: string;
  readonly authorization: string | null;
  readonly body: unknown;
}

const STREAM = 'data: {"choices":[]}\n\ndata: [DONE]\n\n';
const { key, certificate } = createLoopbackCertificate('localhost');

/** A gateway as the load balancer shows it: models, a whole answer and a stream. */
function replyWell({ path, body }: Seen): Reply {
  if (path === '/v1/models') return { body: '{"data":[{"id":"gpt-4o"}]}' };
  return { body: (body as { readonly stream?: true }).stream === true ? STREAM : '{}' };
}

describe('createGatewayProbe', () => {
  let server: Server;
  let seen: Seen[];
  let reply: (request: Seen) => Reply;

  beforeAll(async () => {
    server = createServer({ key, cert: certificate }, (request, response) => {
      void answer(request).then(({ status = 200, body = '', region, broken }) => {
        response.writeHead(status, region === undefined ? {} : { 'x-gateway-region': region });
        if (broken === true) response.write(body, () => response.destroy());
        else response.end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  beforeEach(() => {
    seen = [];
    reply = replyWell;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  async function answer(request: IncomingMessage): Promise<Reply> {
    const body = await text(request);
    const { host = '', authorization } = request.headers;
    const each: Seen = {
      path: request.url ?? '',
      host,
      authorization: authorization ?? null,
      body: body === '' ? null : JSON.parse(body),
    };
    seen.push(each);
    return reply(each);
  }

  const createProbe = (ca: string = certificate) =>
    createGatewayProbe({
      domainName: 'localhost',
      loadBalancerHost: '127.0.0.1',
      readMasterKey: () => Promise.resolve('master'),
      port: (server.address() as AddressInfo).port,
      ca,
    });

  it('asks the load balancer, under the public name, for a whole answer and a whole stream', async () => {
    await createProbe().checkAnswers();
    expect(seen.map(({ path }) => path)).toEqual([
      '/v1/models',
      '/v1/chat/completions',
      '/v1/chat/completions',
    ]);
    for (const { host, authorization } of seen) {
      expect({ host, authorization }).toEqual({
        host: 'localhost',
        authorization: 'Bearer master',
      });
    }
    expect(seen.slice(1).map(({ body }) => body)).toEqual([
      expect.objectContaining({ model: 'gpt-4o', max_tokens: 16 }),
      expect.objectContaining({ model: 'gpt-4o', stream: true }),
    ]);
  });

  it('tells which region answers the public name', async () => {
    reply = () => ({ region: 'us-west-2' });
    expect(await createProbe().readAnsweringRegion()).toBe('us-west-2');
    expect(seen[0]).toMatchObject({ path: '/health/region', authorization: null });
    reply = () => ({ status: 503 });
    expect(await createProbe().readAnsweringRegion()).toBe('somebody who names no region');
  });

  it.each<readonly [string, (request: Seen) => Reply, string]>([
    [
      'a gateway that refuses',
      () => ({ status: 401 }),
      'the gateway answered 401 instead of the list of models',
    ],
    ['one without models', () => ({ body: '{"data":[]}' }), 'the gateway serves no model'],
    [
      'a failed answer',
      (request) => (request.path === '/v1/models' ? replyWell(request) : { status: 502 }),
      'the gateway answered 502 instead of a whole answer',
    ],
    [
      'a stream without its end',
      (request) => {
        const well = replyWell(request);
        return well.body === STREAM ? { body: 'data: {"choices":[]}\n\n' } : well;
      },
      'the stream broke before its end',
    ],
  ])('rejects %s', async (_, bad, message) => {
    reply = bad;
    await expect(createProbe().checkAnswers()).rejects.toThrow(new Error(message));
  });

  it('rejects a stream that is cut off', async () => {
    reply = (request) => {
      const well = replyWell(request);
      return well.body === STREAM ? { ...well, broken: true } : well;
    };
    await expect(createProbe().checkAnswers()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('rejects a certificate of nobody it knows', async () => {
    const stranger = createLoopbackCertificate('localhost').certificate;
    await expect(createProbe(stranger).readAnsweringRegion()).rejects.toThrow(
      /certificate|signature/,
    );
    expect(seen).toEqual([]);
  });
});
