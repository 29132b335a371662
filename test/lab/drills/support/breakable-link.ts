import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * A stretch of network between a gateway and a server, which a drill can break in the two ways networks do: `cut` ends
 * every connection, as after a crash; `black-hole` takes everything and answers nothing, as after a partition.
 */
export class BreakableLink {
  private readonly server: Server;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly lost = new Set<Socket>();
  private state: 'whole' | 'cut' | 'black-hole' = 'whole';

  constructor(private readonly target: { readonly host: string; readonly port: number }) {
    this.server = createServer((client) => this.accept(client));
  }

  /** Resolves to the port. */
  async start(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  break(how: 'cut' | 'black-hole'): void {
    this.state = how;
    for (const [client, server] of this.pairs) {
      client.unpipe(server);
      server.unpipe(client);
      server.destroy();
      if (how === 'cut') client.destroy();
      else this.lost.add(client.pause());
    }
    this.pairs.clear();
  }

  heal(): void {
    this.state = 'whole';
    for (const client of this.lost) client.destroy();
    this.lost.clear();
  }

  async stop(): Promise<void> {
    this.break('cut');
    this.heal();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private accept(client: Socket): void {
    client.on('error', () => client.destroy());
    if (this.state === 'cut') {
      client.destroy();
      return;
    }
    if (this.state === 'black-hole') {
      this.lost.add(client.pause());
      return;
    }
    const server = connect(this.target);
    const pair = [client, server] as const;
    this.pairs.add(pair);
    const end = (): void => {
      if (!this.pairs.delete(pair)) return;
      client.destroy();
      server.destroy();
    };
    server.on('error', end);
    client.once('close', end);
    server.once('close', end);
    client.pipe(server);
    server.pipe(client);
  }
}
