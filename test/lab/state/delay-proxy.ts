import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A way to a server that can turn slow without breaking. */
export interface DelayProxy {
  readonly port: number;
  /** Of each piece, in both directions. */
  setDelayMs(delayMs: number): void;
  stop(): Promise<void>;
}

export async function startDelayProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<DelayProxy> {
  let delayMs = 0;
  const sockets = new Set<Socket>();
  const pass = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (chunk) => {
      setTimeout(() => to.writable && to.write(chunk), delayMs);
    });
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on('error', () => to.destroy());
  };
  const server: Server = createServer((client) => {
    const upstream = connect(target);
    pass(client, upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    setDelayMs: (next) => {
      delayMs = next;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
