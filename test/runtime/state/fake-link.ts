import type { RedisArgument, RedisLink } from '../../../runtime/state/redis-link';

export interface SentCommand {
  readonly command: string;
  readonly args: readonly RedisArgument[];
}

/** A Redis that answers what the test says, when the test says so. */
export class FakeLink implements RedisLink {
  status: 'ready' | 'away' = 'ready';
  readonly sent: SentCommand[] = [];
  stops = 0;
  private readonly listeners = new Set<() => void>();

  /** Null answers each command with OK. */
  constructor(public answer: ((sent: SentCommand) => unknown) | null = null) {}

  send(command: string, args: readonly RedisArgument[]): Promise<unknown> {
    const sent = { command, args };
    this.sent.push(sent);
    if (this.answer === null) return Promise.resolve('OK');
    // As with the real one, a refusal is a rejection.
    return new Promise((resolve) => {
      resolve(this.answer?.(sent));
    });
  }

  sendForBytes(command: string, args: readonly RedisArgument[]): Promise<unknown> {
    return this.send(command, args);
  }

  onReady(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  becomeReady(): void {
    this.status = 'ready';
    for (const listener of this.listeners) listener();
  }

  get listenerCount(): number {
    return this.listeners.size;
  }

  stop(): void {
    this.stops += 1;
  }
}

/** Never comes, as from a server that hangs. */
export const SILENCE = new Promise<never>(() => undefined);

export function redisError(message: string): Error {
  return new Error(message);
}

/** Lets every promise go on that can. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
