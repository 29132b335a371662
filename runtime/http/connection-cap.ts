import type { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ProcessResources } from '../admission/process-resources';
import type { Clock } from '../ports';

export interface ConnectionBounds {
  /** Connections that are served. */
  readonly most: number;
  /** Connections beyond, which hear that there are too many; more than these are cut off. */
  readonly surplus: number;
}

/** Database, Redis, spool, logs, listening sockets and what Node.js opens itself. */
const OTHER_FILES = 64;
const SURPLUS = 32;
/** Each request has a connection of the client and one to a provider. */
const FILES_PER_CONNECTION = 2;
/** Measured: an idle connection with its parser and its buffers. Unit: bytes. */
const CONNECTION_BYTES = 16 * 1024;
const SHARE_OF_MEMORY = 1 / 8;
/** A client that is told so leaves at once; who does not is sent away. */
const SURPLUS_MS = 2_000;

/** So many that neither files nor memory run out: at the end of the files every connection fails, those to providers too. */
export function planConnections({ memoryBytes, openFiles }: ProcessResources): ConnectionBounds {
  const byMemory = Math.floor((memoryBytes * SHARE_OF_MEMORY) / CONNECTION_BYTES);
  const byFiles =
    openFiles === null
      ? Infinity
      : Math.floor((openFiles - OTHER_FILES - SURPLUS) / FILES_PER_CONNECTION);
  return { most: Math.max(1, Math.min(byMemory, byFiles)), surplus: SURPLUS };
}

/**
 * Counts the connections of a server. Those beyond the cap are let in as far as hearing why they are not served: to be cut off
 * without a word looks like a broken network, and a liveness probe that was cut off would have the replica killed.
 */
export class ConnectionCap {
  private open = 0;
  private readonly surplus = new WeakSet<Socket>();

  constructor(
    private readonly bounds: ConnectionBounds,
    private readonly clock: Pick<Clock, 'after'>,
  ) {}

  /** Why requests should go to other replicas; null: there is room. */
  get trouble(): string | null {
    return this.open < this.bounds.most ? null : 'there are as many connections as can be served';
  }

  isSurplus(socket: Socket): boolean {
    return this.surplus.has(socket);
  }

  /**
   * Stands before a server's own listener for connections. `refusal` are the bytes that those hear who are cut off; empty where
   * they could not read them, as before a handshake.
   */
  guard(server: Server, refusal: string): void {
    const emitter: EventEmitter = server;
    const listeners = emitter.listeners('connection');
    emitter.removeAllListeners('connection');
    emitter.on('connection', (socket: Socket) => {
      if (!this.admit(socket, refusal)) return;
      for (const listener of listeners) listener.call(server, socket);
    });
    // Requests on TLS come with the socket that is made of the first after its handshake.
    emitter.prependListener('secureConnection', (socket: Socket) => this.markSurplus(socket));
  }

  private admit(socket: Socket, refusal: string): boolean {
    const { most, surplus } = this.bounds;
    if (this.open >= most + surplus) {
      // Given to the kernel at once: nobody waits for it to arrive, so it holds no file.
      if (refusal !== '') socket.write(refusal);
      socket.destroy();
      return false;
    }
    this.open += 1;
    socket.once('close', () => {
      this.open -= 1;
    });
    this.markSurplus(socket);
    return true;
  }

  private markSurplus(socket: Socket): void {
    if (this.open <= this.bounds.most) return;
    this.surplus.add(socket);
    const cancel = this.clock.after(SURPLUS_MS, () => socket.destroy());
    socket.once('close', cancel);
  }
}
