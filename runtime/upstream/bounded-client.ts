import type { Socket } from 'node:net';
import type { buildConnector, Client, Dispatcher } from 'undici';
import type { Clock } from '../ports';
import { CountingClient } from './counting-client';

export interface BoundedClientParts {
  readonly clock: Pick<Clock, 'nowMs'>;
  /** How long the next connection may live. Unit: milliseconds. */
  readonly planLifeMs: () => number;
}

interface Held {
  socket: Socket | null;
  endsAtMs: number;
}

/**
 * undici's client of one connection, and of a new one once that has lived for its time: a name of a provider may mean other
 * machines by then. Whatever runs over a connection runs to its end, since a pool gives a client one request at a time.
 */
export class BoundedClient extends CountingClient {
  private readonly held: Held;

  constructor(url: URL, options: Client.Options, parts: BoundedClientParts) {
    const held: Held = { socket: null, endsAtMs: Infinity };
    const { connect } = options;
    super(
      url,
      typeof connect === 'function'
        ? { ...options, connect: holdSocket(connect, held, parts) }
        : options,
    );
    this.held = held;
    this.clock = parts.clock;
  }

  private readonly clock: BoundedClientParts['clock'];

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    if (this.clock.nowMs() >= this.held.endsAtMs) {
      // undici hears of it before the request goes out, and connects anew for it.
      this.held.socket?.destroy();
      this.held.endsAtMs = Infinity;
    }
    return super.dispatch(options, handler);
  }
}

function holdSocket(
  connect: buildConnector.connector,
  held: Held,
  { clock, planLifeMs }: BoundedClientParts,
): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...result) => {
      // Without a connection there is an error, and undici leaves the socket out.
      if (result[0] === null) {
        held.socket = result[1];
        held.endsAtMs = clock.nowMs() + planLifeMs();
      }
      callback(...result);
    });
  };
}
