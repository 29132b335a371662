import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Clients give up by themselves sooner or later; nobody needs to wait longer than a failover takes. */
const HOLD_MS = 10_000;

/**
 * An address that leads to whichever server has the role now. Connections to a server that lost it are cut, so that no
 * client goes on talking to a former primary; new ones wait until somebody has the role.
 */
export class TcpForwarder {
  private readonly server: Server;
  private readonly links = new Set<Link>();
  private readonly held = new Set<Socket>();
  private targets: readonly Target[] = [];
  private next = 0;

  constructor() {
    this.server = createServer((client) => this.accept(client));
  }

  /** Resolves to the port, which matters where 0 was asked for. */
  async start(address: Target): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(address.port, address.host, resolve);
    });
    const bound = this.server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : address.port;
  }

  setTargets(targets: readonly Target[]): void {
    this.targets = targets;
    for (const link of this.links) {
      if (!targets.some((target) => isSame(target, link.target))) link.cut();
    }
    if (targets.length === 0) return;
    const waiting = [...this.held];
    this.held.clear();
    for (const client of waiting) this.forward(client);
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const link of this.links) link.cut();
    for (const client of this.held) client.destroy();
    await closed;
  }

  private accept(client: Socket): void {
    client.setNoDelay(true);
    client.on('error', () => client.destroy());
    if (this.targets.length > 0) return this.forward(client);
    this.held.add(client);
    const timer = setTimeout(() => {
      if (this.held.delete(client)) client.destroy();
    }, HOLD_MS);
    client.once('close', () => {
      clearTimeout(timer);
      this.held.delete(client);
    });
  }

  private forward(client: Socket): void {
    const target = this.targets[this.next++ % this.targets.length];
    if (target === undefined || client.destroyed) return;
    const upstream = connect({ ...target, noDelay: true });
    const link: Link = {
      target,
      cut: () => {
        client.destroy();
        upstream.destroy();
      },
    };
    this.links.add(link);
    upstream.on('error', () => link.cut());
    // What was received is delivered, however the other side ended.
    const end = (other: Socket): void => {
      other.destroySoon();
      if (client.closed && upstream.closed) this.links.delete(link);
    };
    client.once('close', () => end(upstream));
    upstream.once('close', () => end(client));
    client.pipe(upstream);
    upstream.pipe(client);
  }
}

interface Link {
  readonly target: Target;
  cut(): void;
}

function isSame(one: Target, other: Target): boolean {
  return one.host === other.host && one.port === other.port;
}
