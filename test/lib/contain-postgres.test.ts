import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { Client } from 'pg';
import { containPostgres, PostgresProtocolError } from '../../lib/contain-postgres';

const MESSAGE =
  'the database sent bytes that are no message of its protocol; the connection was closed';

/** A message: its letter, its length, and what is in it. */
function message(letter: string, body: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return letter + length.toString('latin1') + body;
}

const LOGGED_IN = message('R', '\0\0\0\0');
const READY = message('Z', 'I');
const ONE_TEXT = message('T', '\0\u0001n\0\0\0\0\0\0\0\0\0\0\u0019\0\0\0\0\0\0\0\0');

describe('containPostgres', () => {
  let server: Server;
  let closed: Promise<void>;

  /** Answers each thing that a client sends with the next of these. */
  async function serve(...answers: readonly string[]): Promise<Client> {
    let isClosed: () => void = () => undefined;
    closed = new Promise<void>((resolve) => (isClosed = resolve));
    server = createServer((socket) => {
      const left = [...answers];
      socket.on('data', () => socket.write(Buffer.from(left.shift() ?? '', 'latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => isClosed());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return containPostgres(
      new Client({
        host: '127.0.0.1',
        port: (server.address() as AddressInfo).port,
        user: 'litellm',
        password: 'secret',
        database: 'litellm',
        ssl: false,
      }),
    );
  }

  afterEach(async () => {
    await closed;
    await new Promise((resolve) => server.close(resolve));
  });

  it('passes what is whole', async () => {
    const rows = message('D', '\0\u0001\0\0\0\u0003one') + message('C', 'SELECT 1\0');
    const client = await serve(LOGGED_IN + READY, ONE_TEXT + rows + READY);
    await client.connect();
    expect((await client.query('SELECT n')).rows).toEqual([{ n: 'one' }]);
    await client.end();
  });

  it.each([
    ['a row that has fewer columns than it says', message('D', '\0\u0003')],
    ['a text that is longer than its row', message('D', '\0\u0001\0\0\0\u0020one') + READY],
    ['a text of negative length', message('D', '\0\u0001\u00ff\u00ff\u00ff\u00f0one')],
    // The driver alone would look for the end of it for ever.
    ['an error without its end', message('E', 'SERROR\0')],
    ['a command without its end', message('C', 'SELECT')],
    ['a length that does not count itself', 'D\0\0\0\u0002'],
    ['a message that does not exist', message('~', '')],
    ['an error without a code', message('E', 'Mno\0\0')],
  ])('rejects %s, and closes the connection', async (_name, bytes) => {
    const client = await serve(LOGGED_IN + READY, ONE_TEXT + bytes);
    await client.connect();
    const failure: unknown = await client.query('SELECT n').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    await closed;
  });

  it('tells what happened, and by what', async () => {
    const client = await serve(LOGGED_IN + READY, message('D', '\0\u0003'));
    await client.connect();
    const failure: unknown = await client.query('SELECT n').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PostgresProtocolError);
    expect(failure).toMatchObject({ message: MESSAGE, cause: { name: 'RangeError' } });
  });

  it.each([
    ['that the server refuses to sign', message('R', '\0\0\0\u000aPLAIN\0\0')],
    ['that asks for nothing that exists', message('R', '\0\0\0\u0063')],
    ['that ends before it has begun', message('1', '')],
  ])('rejects a login %s, and closes the connection', async (_name, bytes) => {
    const client = await serve(bytes);
    await expect(client.connect()).rejects.toThrow();
    await closed;
  });
});
