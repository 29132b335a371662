/** Somebody who may ask to stop, once or more. */
export interface StopRequests {
  /** Returns how to end the subscription. */
  subscribe(listener: () => void): () => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ctrl-C, a service manager, and a terminal that is closed. */
export function processSignals(): StopRequests {
  return {
    subscribe(listener) {
      for (const signal of SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
    },
  };
}
