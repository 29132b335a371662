import fc from 'fast-check';
import type { Change, JsonValue } from '../../../runtime/directory/change';
import { mergeStates, reduceChange } from '../../../runtime/directory/entity-state';
import type { EntityState } from '../../../runtime/directory/entity-state';
import { aChange } from './a-change';

/** Few moments and few fields, so that changes meet each other, equal stamps included. */
const CHANGES: fc.Arbitrary<Change> = fc
  .record({
    atMs: fc.integer({ min: 0, max: 4 }),
    actor: fc.constantFrom('master', 'key-9'),
    fields: fc.dictionary(
      fc.constantFrom('alias', 'blocked', 'models', 'revoked', 'revokedFromMs', 'newField'),
      fc.constantFrom<JsonValue>(null, true, false, 1, 2, 'text', ['a'], { a: 1 }),
    ),
  })
  .map(({ fields, ...parts }) => aChange(fields, parts));

function fold(changes: readonly Change[]): EntityState | null {
  return changes.reduce<EntityState | null>(reduceChange, null);
}

/** Maps compare by content and not by order. */
function plain(state: EntityState | null): unknown {
  return state === null ? null : { ...state, fields: new Map([...state.fields].sort()) };
}

const NON_EMPTY = fc.array(CHANGES, { minLength: 1, maxLength: 6 });

function folded(changes: readonly Change[]): EntityState {
  const state = fold(changes);
  if (state === null) throw new Error('a state comes of at least one change');
  return state;
}

describe('mergeStates', () => {
  it('is commutative, associative and idempotent', () => {
    fc.assert(
      fc.property(NON_EMPTY, NON_EMPTY, NON_EMPTY, (one, two, three) => {
        const [a, b, c] = [folded(one), folded(two), folded(three)];
        expect(plain(mergeStates(a, b))).toEqual(plain(mergeStates(b, a)));
        expect(plain(mergeStates(mergeStates(a, b), c))).toEqual(
          plain(mergeStates(a, mergeStates(b, c))),
        );
        expect(mergeStates(a, a)).toBe(a);
        const both = mergeStates(a, b);
        expect(mergeStates(both, a)).toBe(both);
      }),
    );
  });
});

describe('reduceChange', () => {
  it('comes to one state in whatever order and however often changes are heard', () => {
    const heard = NON_EMPTY.chain((changes) =>
      fc.tuple(
        fc.constant(changes),
        fc.shuffledSubarray([...changes, ...changes], { minLength: changes.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(heard, ([changes, again]) => {
        expect(plain(fold(again))).toEqual(plain(fold(changes)));
      }),
    );
  });

  it('never takes a revocation back, whatever comes before or after it', () => {
    const revocation = fc
      .integer({ min: 0, max: 4 })
      .map((atMs) => aChange({ revoked: true }, { atMs }));
    fc.assert(
      fc.property(fc.array(CHANGES), revocation, fc.array(CHANGES), (before, revoked, after) => {
        expect(folded([...before, revoked, ...after]).fields.get('revoked')?.value).toBe(true);
      }),
    );
  });

  it('keeps the earliest end of a grace time', () => {
    const state = folded([
      aChange({ revokedFromMs: 500 }, { atMs: 1 }),
      aChange({ revokedFromMs: 900 }, { atMs: 2 }),
      aChange({ revokedFromMs: null }, { atMs: 3 }),
    ]);
    expect(state.fields.get('revokedFromMs')?.value).toBe(500);
  });

  it('lets the latest change of each field stand, blocking included', () => {
    const state = folded([
      aChange({ alias: 'new' }, { atMs: 5 }),
      aChange({ alias: 'old', blocked: true }, { atMs: 3 }),
      aChange({ blocked: false }, { atMs: 4 }),
    ]);
    expect(state.fields.get('alias')?.value).toBe('new');
    expect(state.fields.get('blocked')?.value).toBe(false);
  });

  it('remembers who was first and who was last', () => {
    const state = folded([
      aChange({}, { stamp: 'b', actor: 'between' }),
      aChange({}, { stamp: 'c', actor: 'last' }),
      aChange({}, { stamp: 'a', actor: 'first' }),
    ]);
    expect([state.first.actor, state.last.actor]).toEqual(['first', 'last']);
  });

  it('takes a field called __proto__ for a field', () => {
    const fields = JSON.parse('{"__proto__": {"revoked": true}}') as Change['fields'];
    const state = folded([aChange(fields)]);
    expect([...state.fields.keys()]).toEqual(['__proto__']);
  });
});
