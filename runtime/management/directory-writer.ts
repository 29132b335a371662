import type { Caller } from '../auth/caller';
import type { Change, EntityKind, JsonValue } from '../directory/change';
import { StampAheadError } from '../directory/stamp';
import { GatewayError } from '../errors';
import type { ManagementParts } from './management-parts';

/** How soon a client should try again; the store's own failover takes about as long. Unit: seconds. */
const RETRY_AFTER_SECONDS = 5;

/** What the store takes in one statement. */
const MOST_AT_ONCE = 1_000;

/** Some fields of one entity. */
export interface Edit {
  readonly kind: EntityKind;
  readonly id: string;
  readonly fields: Readonly<Record<string, JsonValue>>;
}

/** Turns edits into changes and stores them. */
export class DirectoryWriter {
  constructor(private readonly parts: ManagementParts) {}

  /**
   * In their order and, up to a thousand, all or none; what is left of more can be asked for again. Rejects with a 503 when
   * the store is away.
   */
  async write(caller: Caller, edits: readonly Edit[]): Promise<void> {
    const { desk, nextStamp, region } = this.parts;
    const actor = caller.kind === 'key' ? caller.key.id : 'master';
    const changes = edits.map(({ kind, id, fields }): Change => ({
      stamp: nextStamp(),
      kind,
      entityId: id,
      fields,
      actor,
      region,
    }));
    for (let start = 0; start < changes.length; start += MOST_AT_ONCE) {
      const part = changes.slice(start, start + MOST_AT_ONCE);
      await askStore(() => desk.write(part));
    }
  }
}

/** What only the store knows, or a 503. */
export async function askStore<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (cause) {
    // The store is well; a clock is not, and the message says whose.
    if (cause instanceof StampAheadError) {
      throw new GatewayError('store_unavailable', cause.message, { cause });
    }
    throw new GatewayError(
      'store_unavailable',
      'the database must answer for this, and does not; known keys are served meanwhile: try again',
      { retryAfterSeconds: RETRY_AFTER_SECONDS, cause },
    );
  }
}
