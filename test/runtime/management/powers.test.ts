import type { Caller } from '../../../runtime/auth/caller';
import { parseKey, parseUser } from '../../../runtime/directory/parse-records';
import type { JsonValue } from '../../../runtime/directory/change';
import { reduceChange } from '../../../runtime/directory/entity-state';
import type { KeyRecord, KeyRole, UserRole } from '../../../runtime/directory/records';
import { isOwnKey, refuseRoute, selectPower } from '../../../runtime/management/powers';

function stateOf(kind: 'key' | 'user', id: string, fields: Readonly<Record<string, JsonValue>>) {
  const stamp = '018bcfe56800-0000-r1';
  return reduceChange(null, { stamp, kind, entityId: id, fields, actor: 'master', region: 'eu' });
}

const key = (id: string, fields: Readonly<Record<string, JsonValue>>): KeyRecord =>
  parseKey(stateOf('key', id, fields));

function caller(role: KeyRole, userRole: UserRole | null, routes: readonly string[] = []): Caller {
  return {
    kind: 'key',
    key: key('k', { role, allowedRoutes: routes }),
    user: userRole === null ? null : parseUser(stateOf('user', 'u', { role: userRole })),
    team: null,
  };
}

describe('selectPower', () => {
  it('gives the master key, and an open gateway on loopback, everything', () => {
    expect(selectPower({ kind: 'master' }).kind).toBe('administrator');
    expect(selectPower({ kind: 'open' }).kind).toBe('administrator');
  });

  it.each<[KeyRole, UserRole | null, string]>([
    ['default', 'proxy_admin', 'administrator'],
    ['default', 'proxy_admin_viewer', 'auditor'],
    ['default', 'internal_user', 'itself'],
    ['default', 'internal_user_viewer', 'itself'],
    ['default', null, 'itself'],
    ['llm_api', 'proxy_admin', 'itself'],
    ['llm_api', null, 'itself'],
    ['management', 'proxy_admin', 'administrator'],
    ['management', 'proxy_admin_viewer', 'auditor'],
    ['management', 'internal_user', 'manager'],
    ['management', null, 'manager'],
    ['read_only', 'proxy_admin', 'auditor'],
    ['read_only', 'proxy_admin_viewer', 'auditor'],
    ['read_only', 'internal_user', 'reader'],
    ['read_only', null, 'reader'],
  ])('makes of a %s key of a %s: %s', (role, userRole, power) => {
    expect(selectPower(caller(role, userRole)).kind).toBe(power);
  });
});

describe('refuseRoute', () => {
  const route = { access: 'read-all', path: '/audit' } as const;

  it.each([['/audit'], ['/au*'], ['management_routes']])('lets pass by %s', (allowed) => {
    const asking = caller('default', 'proxy_admin', [allowed]);
    expect(() => refuseRoute(asking, selectPower(asking), route)).not.toThrow();
  });

  it.each([['/audi'], ['llm_api_routes'], ['info_routes']])(
    'rejects what %s leaves out',
    (allowed) => {
      const asking = caller('default', 'proxy_admin', [allowed]);
      expect(() => refuseRoute(asking, selectPower(asking), route)).toThrow(
        'allowed_routes of this key leave this route out',
      );
    },
  );

  it('lets info_routes read about their own', () => {
    const asking = caller('default', 'internal_user', ['info_routes']);
    const own = { access: 'own-key', path: '/key/info' } as const;
    expect(() => refuseRoute(asking, selectPower(asking), own)).not.toThrow();
  });

  it('rejects a power that is too small', () => {
    const asking = caller('default', 'internal_user');
    expect(() => refuseRoute(asking, selectPower(asking), route)).toThrow(
      'this key may not use this route; ask an administrator',
    );
  });
});

describe('isOwnKey', () => {
  const own = key('own', { userId: 'u', teamId: 't' });

  it.each<[Readonly<Record<string, JsonValue>>, boolean]>([
    [{ userId: 'u' }, true],
    [{ teamId: 't', userId: 'other' }, true],
    [{ userId: 'other' }, false],
    [{}, false],
  ])('says of %j: %s', (fields, expected) => {
    expect(isOwnKey(own, key('other', fields))).toBe(expected);
  });

  it('does not take two keys of nobody for one person', () => {
    expect(isOwnKey(key('a', {}), key('b', {}))).toBe(false);
    expect(isOwnKey(key('a', {}), key('a', {}))).toBe(true);
  });
});
