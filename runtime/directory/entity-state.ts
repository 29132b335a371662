import type { Change, EntityKind, JsonValue } from './change';

/** One field: its latest value, and when it got it. */
export interface Register {
  readonly value: JsonValue;
  readonly stamp: string;
}

export interface Act {
  readonly stamp: string;
  readonly actor: string;
}

/**
 * All that is known of one key, user or team, fields of newer versions included. States form a semilattice: merging is
 * commutative, associative and idempotent, so replicas that heard the same changes agree, in whatever order and however
 * often they heard them.
 */
export interface EntityState {
  readonly kind: EntityKind;
  readonly id: string;
  readonly fields: ReadonlyMap<string, Register>;
  readonly first: Act;
  readonly last: Act;
}

/** The state with the change in it; the very same state when it holds the change already. */
export function reduceChange(state: EntityState | null, change: Change): EntityState {
  const act: Act = { stamp: change.stamp, actor: change.actor };
  const fields = new Map(
    Object.entries(change.fields).map(([name, value]) => [name, { value, stamp: change.stamp }]),
  );
  const alone = { kind: change.kind, id: change.entityId, fields, first: act, last: act };
  return state === null ? alone : mergeStates(state, alone);
}

/** Both states must be of one entity. Returns the first itself when the second adds nothing. */
export function mergeStates(a: EntityState, b: EntityState): EntityState {
  const first = compareActs(b.first, a.first) < 0 ? b.first : a.first;
  const last = compareActs(b.last, a.last) > 0 ? b.last : a.last;
  const won = [...b.fields].filter(([name, register]) => {
    const other = a.fields.get(name);
    return other === undefined || compareRegisters(name, register, other) > 0;
  });
  if (won.length === 0 && first === a.first && last === a.last) return a;
  return {
    ...a,
    fields: won.length === 0 ? a.fields : new Map([...a.fields, ...won]),
    first,
    last,
  };
}

/**
 * Which of two values stands: the later one, save where a field only ever moves one way. The text of the value decides
 * between two changes that claim one stamp, so that even then all replicas agree.
 */
function compareRegisters(name: string, a: Register, b: Register): number {
  return (
    rank(name, a.value) - rank(name, b.value) ||
    compareTexts(a.stamp, b.stamp) ||
    (a.value === b.value ? 0 : compareTexts(JSON.stringify(a.value), JSON.stringify(b.value)))
  );
}

/** Revocation is a join: yes beats no, and the earlier time beats the later, whatever was written last. */
function rank(name: string, value: JsonValue): number {
  switch (name) {
    case 'revoked':
      return value === true ? 1 : 0;
    case 'revokedFromMs':
      return typeof value === 'number' ? -value : -Number.MAX_VALUE;
    default:
      return 0;
  }
}

function compareActs(a: Act, b: Act): number {
  return compareTexts(a.stamp, b.stamp) || compareTexts(a.actor, b.actor);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
