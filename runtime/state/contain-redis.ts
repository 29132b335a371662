import DataHandler from 'ioredis/built/DataHandler';
import type { CommandItem } from 'ioredis/built/types';

/** Where ioredis gives each reply of a connection to the command that waits for it; not part of its public types. */
interface Replies {
  readonly redis: {
    readonly stream: { destroy(): void };
    readonly commandQueue: { isEmpty(): boolean };
    readonly condition: { readonly protocol: number } | null;
  };
  dispatch(handle: () => void): void;
  returnFatalError(error: unknown): void;
  returnPush(reply: unknown): void;
  shiftCommand(reply: unknown): CommandItem | null;
}

/** Redis, or something before it, answered in a way that fits no question. */
export class RedisProtocolError extends Error {
  constructor() {
    super('Redis sent a reply that nobody asked for; the connection was closed');
  }
}

let contained: 'yes' | 'no' = 'no';

/**
 * Makes nonsense end the connection it came on, and nothing else. ioredis throws what a well-formed but impossible reply
 * causes, such as a null that nobody asked for, in a turn of its own, where it ends the process; and it keeps a connection
 * whose replies no longer match its questions, where each call would be given the answer to another.
 *
 * On the prototype, because the connections that ask Sentinels and the nodes of a Cluster are made inside the library and
 * cannot be reached one by one.
 */
export function containRedis(): void {
  if (contained === 'yes') return;
  contained = 'yes';
  const replies = DataHandler.prototype as unknown as Replies;
  const { shiftCommand, returnPush } = replies;
  replies.dispatch = function (this: Replies, handle) {
    try {
      handle();
    } catch (error) {
      this.returnFatalError(error);
      // More of the same may have come already.
      this.redis.stream.destroy();
    }
  };
  replies.shiftCommand = function (this: Replies, reply) {
    if (!this.redis.commandQueue.isEmpty()) return shiftCommand.call(this, reply);
    throw new RedisProtocolError();
  };
  // It would turn the connection, and each that follows it, into one that takes no calls any more.
  replies.returnPush = function (this: Replies, reply) {
    if (this.redis.condition?.protocol === 3) returnPush.call(this, reply);
    else throw new RedisProtocolError();
  };
}
