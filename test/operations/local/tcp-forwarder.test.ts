import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { TcpForwarder } from '../../../operations/local/tcp-forwarder';

const host = '127.0.0.1';

/** A server that greets with its name. */
async function startServer(
  name: string,
): Promise<{ server: Server; target: { host: string; port: number } }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(name);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    server,
    target: { host, port: typeof address === 'object' && address !== null ? address.port : 0 },
  };
}

async function greetingOf(socket: Socket): Promise<string> {
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString();
}

describe('TcpForwarder', () => {
  const forwarder = new TcpForwarder();
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  let port = 0;
  const open = (): Socket => {
    const socket = connect(port, host);
    sockets.push(socket);
    return socket;
  };

  beforeAll(async () => {
    port = await forwarder.start({ host, port: 0 });
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await forwarder.stop();
    for (const server of servers) server.close();
  });

  it('holds a connection until there is a target, moves new ones and cuts the old ones at a switch', async () => {
    const [one, two] = [await startServer('one'), await startServer('two')];
    servers.push(one.server, two.server);

    const early = open();
    const greeting = greetingOf(early);
    await once(early, 'connect');
    forwarder.setTargets([one.target]);
    expect(await greeting).toBe('one');

    const cut = once(early, 'close');
    forwarder.setTargets([two.target]);
    await cut;
    expect(await greetingOf(open())).toBe('two');
  });

  it('keeps a connection whose target stays, and takes turns among several', async () => {
    const [one, two] = [await startServer('one'), await startServer('two')];
    servers.push(one.server, two.server);
    forwarder.setTargets([one.target]);
    const kept = open();
    await greetingOf(kept);
    forwarder.setTargets([one.target, two.target]);
    const greetings = [await greetingOf(open()), await greetingOf(open())];
    expect(greetings.sort()).toEqual(['one', 'two']);
    expect(kept.destroyed).toBe(false);
  });

  it('closes the connection when nobody listens at the target', async () => {
    const gone = await startServer('gone');
    gone.server.close();
    await once(gone.server, 'close');
    forwarder.setTargets([gone.target]);
    const socket = open();
    socket.resume();
    await once(socket, 'close');
    expect(socket.bytesRead).toBe(0);
  });
});
