import type { Change, EntityKind } from './change';
import { mergeStates, reduceChange } from './entity-state';
import type { EntityState } from './entity-state';
import { parseKey, parseTeam, parseUser } from './parse-records';
import type { KeyRecord, TeamRecord, UserRecord } from './records';
import { isStamp } from './stamp';

/**
 * Every key, user and team as this replica knows them, in memory. Whoever was revoked stays in the maps, marked so:
 * forgetting them would let a late change bring them back.
 */
export class Directory {
  /** By kind, by id. Also of kinds that only a newer version knows: they are kept and carried on. */
  private readonly states = new Map<string, Map<string, EntityState>>();
  private readonly keyRecords = new Map<string, KeyRecord>();
  private readonly userRecords = new Map<string, UserRecord>();
  private readonly teamRecords = new Map<string, TeamRecord>();
  private versionNumber = 0;
  private positionText: string | null = null;

  /** By the HMAC of the secret. */
  get keys(): ReadonlyMap<string, KeyRecord> {
    return this.keyRecords;
  }

  get users(): ReadonlyMap<string, UserRecord> {
    return this.userRecords;
  }

  get teams(): ReadonlyMap<string, TeamRecord> {
    return this.teamRecords;
  }

  /** Up to where the store was read; null: never. */
  get position(): string | null {
    return this.positionText;
  }

  /** Grows with every change of what is known here; says nothing about other replicas. */
  get version(): number {
    return this.versionNumber;
  }

  /** In any order and any number of times. Costs as much as there are changes, however many entities there are. */
  apply(changes: readonly Change[]): void {
    const touched = new Set<EntityState>();
    for (const change of changes) {
      // Without a moment it has no place among the others; all replicas leave it out alike.
      if (!isStamp(change.stamp)) continue;
      const before = this.read(change.kind, change.entityId);
      const after = reduceChange(before, change);
      if (after === before) continue;
      if (before !== null) touched.delete(before);
      this.keep(after);
      touched.add(after);
    }
    this.refresh(touched);
  }

  /** Takes in what another directory knew. What is known here already is never lost to something older. */
  absorb(states: readonly EntityState[]): void {
    const touched = states.flatMap((state) => {
      const before = this.read(state.kind, state.id);
      const after = before === null ? state : mergeStates(before, state);
      if (after === before) return [];
      this.keep(after);
      return [after];
    });
    this.refresh(touched);
  }

  moveTo(position: string): void {
    this.positionText = position;
  }

  /** With every field as it is stored, those of newer versions included. Null: nobody of that id is known. */
  read(kind: EntityKind, id: string): EntityState | null {
    return this.states.get(kind)?.get(id) ?? null;
  }

  readAll(): readonly EntityState[] {
    return [...this.states.values()].flatMap((states) => [...states.values()]);
  }

  private keep(state: EntityState): void {
    const states = this.states.get(state.kind) ?? new Map<string, EntityState>();
    this.states.set(state.kind, states.set(state.id, state));
  }

  private refresh(touched: Iterable<EntityState>): void {
    for (const state of touched) {
      this.versionNumber += 1;
      switch (state.kind) {
        case 'key':
          this.keyRecords.set(state.id, parseKey(state));
          break;
        case 'user':
          this.userRecords.set(state.id, parseUser(state));
          break;
        case 'team':
          this.teamRecords.set(state.id, parseTeam(state));
          break;
      }
    }
  }
}
