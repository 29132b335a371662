import { createServer } from 'node:net';
import { withRegions } from '../../../operations/replication/with-regions';

const ADDRESS = {
  host: '127.0.0.1',
  port: 1,
  databaseName: 'litellm',
  userName: 'litellm',
  sslMode: 'require',
} as const;

describe('withRegions', () => {
  it('names the region that is not reached, and never the password', async () => {
    const attempt = withRegions(
      { addresses: { 'eu-west-1': ADDRESS }, password: 'word' },
      (query) => query('eu-west-1', 'SELECT 1'),
    );
    await expect(attempt).rejects.toMatchObject({
      message: 'eu-west-1 is not reached: connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  it('rejects a server that speaks in the clear', async () => {
    // PostgreSQL's answer to whoever asks for TLS and may not have it.
    const server = createServer((socket) => socket.on('data', () => socket.end('N')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const attempt = withRegions(
      { addresses: { here: { ...ADDRESS, port: address.port } }, password: 'word' },
      (query) => query('here', 'SELECT 1'),
    );
    await expect(attempt).rejects.toMatchObject({
      message: 'here is not reached: The server does not support SSL connections',
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it('asks nobody whom it was not told of', async () => {
    const attempt = withRegions({ addresses: {}, password: 'word' }, (query) =>
      query('mars', 'SELECT 1'),
    );
    await expect(attempt).rejects.toThrow(new Error('no database is known in mars'));
  });

  it('tries a region once in each run', async () => {
    let asked = 0;
    const server = createServer((socket) => {
      asked += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    await withRegions(
      { addresses: { here: { ...ADDRESS, port: address.port } }, password: 'word' },
      async (query) => {
        await expect(query('here', 'SELECT 1')).rejects.toThrow('here is not reached');
        await expect(query('here', 'SELECT 1')).rejects.toThrow('here is not reached');
      },
    );
    expect(asked).toBe(1);
    await new Promise((resolve) => server.close(resolve));
  });
});
