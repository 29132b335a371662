import type {
  Change,
  ChangeStore,
  JsonValue,
  StoredChanges,
} from '../../../runtime/directory/change';
import { renderStamp } from '../../../runtime/directory/stamp';

/** A change at a moment of its own; name what the test is about. */
export function aChange(
  fields: Readonly<Record<string, JsonValue>>,
  parts: Partial<Omit<Change, 'fields'>> & { readonly atMs?: number } = {},
): Change {
  const { atMs = 1_700_000_000_000, ...rest } = parts;
  return {
    stamp: renderStamp({ wallMs: atMs, counter: 0, replica: 'a' }),
    kind: 'key',
    entityId: 'key-1',
    actor: 'master',
    region: 'eu',
    ...rest,
    fields,
  };
}

/** A change log in memory that several keepers share. Its position is how many changes there are. */
export class MemoryChangeStore implements ChangeStore {
  readonly changes: Change[] = [];
  reads = 0;
  /** What happens to the next calls. */
  mood: 'well' | 'away' | 'hanging' = 'well';

  async read(after: string | null): Promise<StoredChanges> {
    this.reads += 1;
    await this.answer();
    return {
      changes: this.changes.slice(Number(after ?? 0)),
      position: String(this.changes.length),
    };
  }

  async write(changes: readonly Change[]): Promise<void> {
    await this.answer();
    this.changes.push(...changes);
  }

  private answer(): Promise<void> {
    switch (this.mood) {
      case 'well':
        return Promise.resolve();
      case 'away':
        return Promise.reject(new Error('connection refused'));
      case 'hanging':
        return new Promise(() => undefined);
    }
  }
}
