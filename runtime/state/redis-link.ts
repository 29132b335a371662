import type { Cancel } from '../ports';

export type RedisArgument = string | number | Buffer;

/**
 * One connection to Redis, however many servers stand behind it. Nothing waits in it: while Redis is away a command is
 * refused at once, and one that was sent and not answered is never sent again, since nobody knows whether it was done.
 */
export interface RedisLink {
  /** `ready`: a command would be sent now. */
  readonly status: 'ready' | 'away';
  /** Replies as text, numbers, null or lists of these. */
  send(command: string, args: readonly RedisArgument[]): Promise<unknown>;
  /** The same, with every text as bytes. */
  sendForBytes(command: string, args: readonly RedisArgument[]): Promise<unknown>;
  /** Calls back whenever commands can be sent again. */
  onReady(listener: () => void): Cancel;
  stop(): void;
}

/** Redis did not serve a call; whoever asked goes on by what this replica knows itself. */
export class RedisAwayError extends Error {
  constructor(
    /** `refused`: it was never sent. `unanswered`: it was sent, and may yet be done. `failed`: Redis cannot do it now. */
    readonly outcome: 'refused' | 'unanswered' | 'failed',
    options?: { readonly cause: unknown },
  ) {
    super(MESSAGES[outcome], options);
  }
}

const MESSAGES = {
  refused: 'Redis is away; the call was not sent',
  unanswered: 'Redis did not answer in time',
  failed: 'Redis could not serve the call',
} as const;

/**
 * Whether an error tells of Redis being away, as opposed to of one key that holds what it should not: a single bad key
 * must not part the replicas.
 */
export function isAway(error: unknown): boolean {
  const message = describeRedisError(error);
  return !/^(WRONGTYPE|ERR)\b/.test(message) || LIMITS_REACHED.test(message);
}

/** Redis' own words, or the network's address and reason; neither knows a password. */
export function describeRedisError(error: unknown): string {
  const known = typeof error === 'object' && error !== null && 'message' in error;
  return known ? String(error.message) : 'an error without a message';
}

/** Told with the plain `ERR`, and yet of the server as a whole. */
const LIMITS_REACHED =
  /max number of clients|operation not permitted|unknown command|user executing the script can't/i;
