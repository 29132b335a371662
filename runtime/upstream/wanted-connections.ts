import type { buildConnector } from 'undici';

/** How many requests want an answer over the connection of one client. */
export class Demand {
  private requests = 0;

  get isThere(): boolean {
    return this.requests > 0;
  }

  add(): void {
    this.requests += 1;
  }

  remove(): void {
    this.requests -= 1;
  }
}

/**
 * Connects only for requests that somebody waits for. undici destroys the connection of a request that is aborted, and
 * opens the next one before it looks at what is left to send: at nothing but the aborted request.
 */
export function connectOnDemand(
  connect: buildConnector.connector,
  demand: Demand,
): buildConnector.connector {
  return (options, callback) => {
    // A request that comes in this very turn joins the one connection there is; and undici expects no answer at once.
    queueMicrotask(() => {
      if (demand.isThere) connect(options, callback);
      else callback(new Error('nobody waits for this connection'), null);
    });
  };
}
