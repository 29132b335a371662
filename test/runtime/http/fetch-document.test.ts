import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchDocument } from '../../../runtime/http/fetch-document';

describe('fetchDocument', () => {
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  }

  const bounds = { timeoutMs: 5_000, mostBytes: 10 };

  it('reads the body of a 200', async () => {
    const url = await serve((_incoming, response) => response.end('0123456789'));
    expect(await fetchDocument(url, bounds)).toBe('0123456789');
  });

  it('rejects what is longer than it may be, without waiting for its end', async () => {
    const url = await serve((_incoming, response) => response.write('01234567890'));
    await expect(fetchDocument(url, bounds)).rejects.toThrow(
      new Error('the answer is longer than 10 bytes'),
    );
  });

  it('rejects other statuses, redirects among them', async () => {
    const other = await serve((_incoming, response) => response.end('other'));
    const url = await serve((_incoming, response) =>
      response.writeHead(302, { location: other }).end(),
    );
    await expect(fetchDocument(url, bounds)).rejects.toThrow(new Error('it answered 302'));
  });

  it('rejects an answer that does not come, or does not end, in time', async () => {
    const silent = await serve(() => undefined);
    const slow = await serve((_incoming, response) => response.write('0'));
    for (const url of [silent, slow]) {
      await expect(fetchDocument(url, { ...bounds, timeoutMs: 50 })).rejects.toThrow(
        new Error('no answer within 50 ms'),
      );
    }
  });
});
