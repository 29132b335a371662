import { Client } from 'undici';
import type { Dispatcher } from 'undici';

/** Options of a request that wants to know about its connection. */
export interface CountedOptions extends Dispatcher.DispatchOptions {
  readonly onClient: (client: CountingClient) => void;
}

/** undici's client of one connection, counting what went over it: undici itself does not say. */
export class CountingClient extends Client {
  private requests = 0;

  constructor(...args: ConstructorParameters<typeof Client>) {
    super(...args);
    this.on('connect', () => {
      this.requests = 0;
    });
  }

  /** To be called as a request goes out. */
  useConnection(): 'fresh' | 'reused' {
    this.requests += 1;
    return this.requests === 1 ? 'fresh' : 'reused';
  }

  override dispatch(
    options: Dispatcher.DispatchOptions & Partial<Pick<CountedOptions, 'onClient'>>,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    options.onClient?.(this);
    return super.dispatch(options, handler);
  }
}
