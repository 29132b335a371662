import { createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { GATEWAY_PATHS } from '../../lib/gateway-contract';
import { planForwardedHeaders, selectAnswerHeaders } from './forwarded-headers';
import type { ProcessSettings, Report } from './part';
import { probeProcess } from './readiness';
import { UNKNOWN_HEALTH, reduceReplicaHealth, type ReplicaHealth } from './replica-health';
import { selectReplica } from './select-replica';

/** On one machine a connection takes microseconds; only a full backlog makes it wait. */
const CONNECT_TIMEOUT_MS = 1000;
const RETRY_AFTER_SECONDS = 1;

/** What the load balancer is told; a part of the local plan. */
export interface LoadBalancerSettings extends ProcessSettings {
  readonly probe: {
    readonly path: string;
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
  };
  readonly idleSeconds: number;
  readonly targets: readonly ProcessSettings[];
}

interface Replica extends ProcessSettings {
  health: ReplicaHealth;
  outstanding: number;
  lastRequest: number;
  /** Probes in a row that got no word at all. */
  silentProbes: number;
  /** How each open exchange is cut. */
  readonly open: Set<() => void>;
}

/**
 * Spreads requests over the replicas that answer their probes. A request goes to another replica only while none of it
 * has been sent. So that this is certain, each request gets a connection of its own: a kept one may die between two
 * requests, and nobody could tell whether the replica had begun. On loopback a handshake costs 0.05 ms.
 */
export class LoadBalancer {
  private readonly server: Server;
  private readonly replicas: readonly Replica[];
  private readonly timers: NodeJS.Timeout[] = [];
  private requests = 0;
  private closing = false;

  constructor(
    private readonly settings: LoadBalancerSettings,
    private readonly report: Report,
  ) {
    this.replicas = settings.targets.map((target) => ({
      ...target,
      health: UNKNOWN_HEALTH,
      outstanding: 0,
      lastRequest: 0,
      silentProbes: 0,
      open: new Set(),
    }));
    this.server = createServer((incoming, response) => void this.serve(incoming, response));
    this.server.keepAliveTimeout = settings.idleSeconds * 1000;
    // Bodies take as long as their sender takes; silence is bounded on the side of the replica.
    this.server.requestTimeout = 0;
  }

  /** Resolves to the port once every replica has been probed. */
  async start(): Promise<number> {
    const { host, port, probe } = this.settings;
    await Promise.all(this.replicas.map((replica) => this.probe(replica)));
    for (const replica of this.replicas) {
      const timer = setInterval(() => void this.probe(replica), probe.intervalSeconds * 1000);
      this.timers.push(timer);
    }
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  upCount(): number {
    return this.replicas.filter(({ health }) => health.state === 'up').length;
  }

  /** Takes no new requests; those under way go on. */
  stopListening(): void {
    this.closing = true;
    for (const timer of this.timers) clearInterval(timer);
    this.server.close();
    this.server.closeIdleConnections();
  }

  /** Ends what is still under way. */
  stop(): void {
    this.stopListening();
    this.server.closeAllConnections();
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const client = incoming.socket;
    // A connection that is kept would bring the next request after the last replica has left.
    response.once('finish', () => {
      if (this.closing) client.destroySoon();
    });
    if (isClosed(incoming.url ?? '')) return refuse(response, 404, 'there is no such route');
    const tried = new Set<string>();
    for (;;) {
      const replica = this.choose(tried);
      if (replica === null) {
        response.setHeader('retry-after', RETRY_AFTER_SECONDS);
        return refuse(response, 503, 'no replica of the gateway is up');
      }
      tried.add(replica.name);
      replica.outstanding += 1;
      const socket = await openConnection(replica);
      // Counted until the exchange is over, however it ends.
      const done = (): void => {
        replica.outstanding -= 1;
      };
      const { open } = replica;
      if (client.destroyed) {
        socket?.destroy();
        return done();
      }
      if (socket !== null) return this.exchange({ incoming, response, socket, done, open });
      done();
    }
  }

  private choose(tried: ReadonlySet<string>): Replica | null {
    const loads = this.replicas.map((replica) => ({
      ...replica,
      isUp: replica.health.state === 'up',
    }));
    const name = selectReplica(loads, tried);
    const replica = this.replicas.find((candidate) => candidate.name === name) ?? null;
    if (replica !== null) replica.lastRequest = ++this.requests;
    return replica;
  }

  private exchange(parts: {
    readonly incoming: IncomingMessage;
    readonly response: ServerResponse;
    readonly socket: Socket;
    readonly done: () => void;
    readonly open: Set<() => void>;
  }): void {
    const { incoming, response, socket, done, open } = parts;
    const upstream = request({
      createConnection: () => socket,
      method: incoming.method,
      path: incoming.url,
      headers: [
        ...planForwardedHeaders(incoming.rawHeaders, incoming.socket.remoteAddress ?? ''),
        'Connection',
        'close',
      ],
    });
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      open.delete(cut);
      done();
    };
    const cut = (): void => {
      // A cut answer must look cut: a clean end would pass for a complete one.
      if (response.headersSent) response.destroy();
      else refuse(response, 502, 'the replica of the gateway stopped answering');
      upstream.destroy();
    };
    open.add(cut);
    upstream.setTimeout(this.settings.idleSeconds * 1000, () => {
      if (response.headersSent) response.destroy();
      else refuse(response, 504, `the gateway was silent for ${this.settings.idleSeconds} s`);
      upstream.destroy();
    });
    upstream.on('error', () => {
      // A cut answer must look cut: a clean end would pass for a complete one.
      if (response.headersSent) response.destroy();
      else refuse(response, 502, 'the replica of the gateway ended before it answered');
    });
    upstream.once('close', end);
    upstream.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, [
        ...selectAnswerHeaders(answer.rawHeaders),
      ]);
      response.flushHeaders();
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    response.once('close', () => {
      // The client left before the answer was complete: nobody needs the rest.
      if (!response.writableFinished) upstream.destroy();
    });
    incoming.on('error', () => upstream.destroy());
    incoming.pipe(upstream);
  }

  private async probe(replica: Replica): Promise<void> {
    const { probe } = this.settings;
    const outcome = await probeProcess(replica, probe.path, probe.timeoutSeconds * 1000);
    const before = replica.health;
    const answered = outcome === 'ready' ? 'answered' : 'failed';
    replica.health = reduceReplicaHealth(before, answered, probe);
    replica.silentProbes = outcome === 'silent' ? replica.silentProbes + 1 : 0;
    // Whoever drains refuses, and serves what it has begun; from one that is frozen nothing will ever come.
    if (replica.silentProbes >= probe.unhealthyThreshold) this.cutOpen(replica);
    const { state } = replica.health;
    if (before.state === 'unknown' || before.state === state) return;
    const text = state === 'up' ? 'back in rotation' : 'taken out of rotation: probes fail';
    this.report({ part: replica.name, text });
  }

  private cutOpen({ name, open }: Replica): void {
    if (open.size === 0) return;
    this.report({ part: name, text: `frozen: ${open.size} open calls are cut` });
    for (const cut of [...open]) cut();
  }
}

/** A path that takes a replica out of service: its own guard is a token, and from outside nobody needs it. */
function isClosed(url: string): boolean {
  const [path = ''] = url.split('?');
  return path === GATEWAY_PATHS.drain || path.startsWith(`${GATEWAY_PATHS.drain}/`);
}

/** Null: nobody listens there; nothing has been sent. */
function openConnection(replica: ProcessSettings): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: replica.host, port: replica.port, noDelay: true });
    const settle = (result: Socket | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners('connect');
      socket.removeAllListeners('error');
      // An error between here and the exchange is seen by the exchange as a closed connection.
      socket.on('error', () => undefined);
      if (result === null) socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => settle(null), CONNECT_TIMEOUT_MS);
    socket.once('connect', () => settle(socket));
    socket.once('error', () => settle(null));
  });
}

/** In the shape of the gateway's own errors, so that clients can read it. */
function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({
    error: { message, type: 'load_balancer_error', param: null, code: String(status) },
  });
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(body);
}
