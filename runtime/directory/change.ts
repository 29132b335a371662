/** What the directory knows of: everything an administrator makes. */
export type EntityKind = 'key' | 'user' | 'team';

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/**
 * One administrative act: which fields of which entity got which values, and when. Changes are appended and never
 * altered, so regions that wrote apart can be brought together in any order, any number of times, with one outcome. They
 * are the audit log, too.
 */
export interface Change {
  /** When and by which replica, as text that sorts by time; unique. See `stamp.ts`. */
  readonly stamp: string;
  readonly kind: EntityKind;
  readonly entityId: string;
  /**
   * Field → new value; null takes the value back. Names are those of `records.ts`. Of one field the latest stamp wins;
   * `revoked` alone is never taken back, whatever comes later.
   */
  readonly fields: Readonly<Record<string, JsonValue>>;
  /** Who asked for it: `master`, or the id of a key. */
  readonly actor: string;
  readonly region: string;
}

/** Where changes are kept for all replicas. Every call may fail; nothing on the path of a request waits for one. */
export interface ChangeStore {
  /**
   * Changes that were stored after the position, oldest first; null: all. Positions may overlap: a change may be told
   * twice, and never be left out.
   */
  read(after: string | null): Promise<StoredChanges>;
  /** Idempotent. Resolves once they are durable. */
  write(changes: readonly Change[]): Promise<void>;
}

export interface StoredChanges {
  readonly changes: readonly Change[];
  /** Where to go on. */
  readonly position: string;
}
