import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { buildConnector, Dispatcher } from 'undici';
import { InterimAnswers } from './interim-answers';
import { connectOnDemand, Demand } from './wanted-connections';

/** Options of a request that wants to know about its connection. */
export interface CountedOptions extends Dispatcher.DispatchOptions {
  readonly onClient: (client: CountingClient) => void;
}

/**
 * undici's client of one connection, counting what went over it: undici itself does not say. Also passes over interim
 * answers that undici would break off at, and connects for nobody who has left.
 */
export class CountingClient extends Client {
  private requests = 0;
  private readonly interim: InterimAnswers;
  private readonly demand: Demand;

  constructor(url: ConstructorParameters<typeof Client>[0], options: Client.Options = {}) {
    const interim = new InterimAnswers();
    const demand = new Demand();
    const { connect } = options;
    super(
      url,
      typeof connect === 'function'
        ? { ...options, connect: connectOnDemand(listen(connect, interim), demand) }
        : options,
    );
    this.interim = interim;
    this.demand = demand;
    this.on('connect', () => {
      this.requests = 0;
    });
  }

  /** To be called as a request goes out. */
  useConnection(): 'fresh' | 'reused' {
    this.interim.expect();
    this.requests += 1;
    return this.requests === 1 ? 'fresh' : 'reused';
  }

  /** A request that was given to this client has ended, or its owner has left: once for each. */
  leave(): void {
    this.demand.remove();
  }

  override dispatch(
    options: Dispatcher.DispatchOptions & Partial<Pick<CountedOptions, 'onClient'>>,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    this.demand.add();
    options.onClient?.(this);
    return super.dispatch(options, handler);
  }
}

/** Lets everything that the connection brings pass by. */
function listen(
  connect: buildConnector.connector,
  interim: InterimAnswers,
): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...result) => {
      // Without a connection there is an error, and undici leaves the socket out.
      if (result[0] === null) watchReads(result[1], interim);
      callback(...result);
    });
  };
}

function watchReads(socket: Socket, interim: InterimAnswers): void {
  const read = socket.read.bind(socket) as (size?: number) => unknown;
  socket.read = (size?: number): unknown => {
    const bytes = read(size);
    if (Buffer.isBuffer(bytes)) interim.pass(bytes);
    return bytes;
  };
}
