import type { Change } from '../../../runtime/directory/change';
import { reduceChange } from '../../../runtime/directory/entity-state';
import type { EntityState } from '../../../runtime/directory/entity-state';
import { parseKey, parseTeam, parseUser } from '../../../runtime/directory/parse-records';
import { aChange } from './a-change';

function fold(...changes: readonly Change[]): EntityState {
  const [first, ...others] = changes;
  if (first === undefined) throw new Error('a state comes of at least one change');
  return others.reduce(reduceChange, reduceChange(null, first));
}

describe('parseKey', () => {
  it('reads a key of which nothing was said as one without bounds', () => {
    expect(parseKey(fold(aChange({}, { atMs: 1000 })))).toEqual({
      id: 'key-1',
      alias: null,
      models: [],
      blocked: false,
      revoked: false,
      metadata: {},
      createdAtMs: 1000,
      createdBy: 'master',
      updatedAtMs: 1000,
      updatedBy: 'master',
      maxBudgetDollars: null,
      softBudgetDollars: null,
      budgetSeconds: null,
      tpmLimit: null,
      rpmLimit: null,
      maxParallelRequests: null,
      name: 'sk-...',
      role: 'default',
      userId: null,
      teamId: null,
      organizationId: null,
      expiresAtMs: null,
      aliases: {},
      modelRpmLimit: {},
      modelTpmLimit: {},
      modelMaxBudgetDollars: {},
      tags: [],
      allowedRoutes: [],
      permissions: {},
      replacedBy: null,
      revokedFromMs: null,
      accountId: 'key-1',
      issuedAtMs: 1000,
      rotationSeconds: null,
    });
  });

  it('tells who made it and who changed it last', () => {
    const state = fold(
      aChange({ alias: 'a' }, { atMs: 1000, actor: 'maker' }),
      aChange({ alias: 'b' }, { atMs: 2000, actor: 'changer' }),
    );
    expect(parseKey(state)).toMatchObject({
      alias: 'b',
      createdAtMs: 1000,
      createdBy: 'maker',
      updatedAtMs: 2000,
      updatedBy: 'changer',
    });
  });

  it('keeps account and age of the key it came in place of, but not the age of its secret', () => {
    const state = fold(aChange({ accountId: 'key-0', createdAtMs: 10 }, { atMs: 1000 }));
    expect(parseKey(state)).toMatchObject({
      accountId: 'key-0',
      createdAtMs: 10,
      issuedAtMs: 1000,
    });
  });

  it.each(['models', 'rpmLimit', 'expiresAtMs', 'allowedRoutes', 'role', 'modelMaxBudgetDollars'])(
    'blocks a key whose %s this version cannot read, instead of letting it have no bound',
    (field) => {
      expect(parseKey(fold(aChange({ [field]: { of: 'a newer version' } }))).blocked).toBe(true);
    },
  );
});

describe('parseUser', () => {
  it('takes a user for one without rights of administration', () => {
    expect(parseUser(fold(aChange({}, { kind: 'user' }))).role).toBe('internal_user');
  });
});

describe('parseTeam', () => {
  it('lists members by name, without those that were taken out', () => {
    const state = fold(
      aChange({ 'member:zoe': { role: 'admin', maxBudgetDollars: 5 } }, { kind: 'team', atMs: 1 }),
      aChange(
        { 'member:bob': { role: 'user', maxBudgetDollars: null } },
        { kind: 'team', atMs: 2 },
      ),
      aChange({ 'member:amy': { role: 'user' } }, { kind: 'team', atMs: 3 }),
      aChange({ 'member:bob': null }, { kind: 'team', atMs: 4 }),
    );
    expect(parseTeam(state).members).toEqual([
      { userId: 'amy', role: 'user', maxBudgetDollars: null },
      { userId: 'zoe', role: 'admin', maxBudgetDollars: 5 },
    ]);
  });

  it('gives a member nothing to spend whose budget it cannot read', () => {
    const state = fold(aChange({ 'member:amy': { maxBudgetDollars: 'much' } }, { kind: 'team' }));
    expect(parseTeam(state).members[0]?.maxBudgetDollars).toBe(0);
  });
});
