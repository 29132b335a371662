import type { Caller } from '../../../runtime/auth/caller';
import { refuseRouteClass } from '../../../runtime/auth/route-access';
import type { RouteClass } from '../../../runtime/auth/route-access';
import type { JsonValue } from '../../../runtime/directory/change';
import { Directory } from '../../../runtime/directory/directory';
import type { KeyRole, UserRole } from '../../../runtime/directory/records';
import { aChange } from '../directory/a-change';

function aCaller(
  keyFields: Readonly<Record<string, JsonValue>>,
  userRole: UserRole | null = null,
): Caller {
  const directory = new Directory();
  directory.apply([
    aChange(keyFields),
    aChange({ role: userRole ?? 'internal_user' }, { kind: 'user', entityId: 'u' }),
  ]);
  const key = directory.keys.get('key-1');
  if (key === undefined) throw new Error('the key is missing');
  const user = userRole === null ? null : (directory.users.get('u') ?? null);
  return { kind: 'key', key, user, team: null };
}

const PATHS: Readonly<Record<RouteClass, string>> = {
  llm: '/v1/chat/completions',
  operate: '/health',
};

function allows(caller: Caller, routeClass: RouteClass): boolean {
  try {
    refuseRouteClass(caller, { routeClass, path: PATHS[routeClass] });
    return true;
  } catch {
    return false;
  }
}

describe('refuseRouteClass', () => {
  it.each<Caller>([{ kind: 'open' }, { kind: 'master' }])('lets %j use every route', (caller) => {
    expect([allows(caller, 'llm'), allows(caller, 'operate')]).toEqual([true, true]);
  });

  it.each<[KeyRole, UserRole | null, readonly RouteClass[]]>([
    ['default', null, ['llm']],
    ['default', 'internal_user', ['llm']],
    ['default', 'internal_user_viewer', ['llm']],
    ['default', 'proxy_admin_viewer', ['llm', 'operate']],
    ['default', 'proxy_admin', ['llm', 'operate']],
    ['llm_api', null, ['llm']],
    ['llm_api', 'proxy_admin', ['llm']],
    ['management', null, []],
    ['management', 'proxy_admin', ['operate']],
    ['read_only', 'internal_user', []],
    ['read_only', 'proxy_admin', ['operate']],
  ])('gives a %s key of %s: %j', (role, userRole, classes) => {
    const caller = aCaller({ role }, userRole);
    const all: readonly RouteClass[] = ['llm', 'operate'];
    expect(all.filter((routeClass) => allows(caller, routeClass))).toEqual(classes);
  });

  it.each<[readonly string[], boolean]>([
    [['/v1/chat/completions'], true],
    [['/v1/*'], true],
    [['llm_api_routes'], true],
    [['openai_routes'], true],
    [['/v1/models'], false],
    [['management_routes'], false],
    [['/v1/models', '/v1/chat*'], true],
  ])('says of a key with the routes %j that asks a model: %s', (allowedRoutes, expected) => {
    expect(allows(aCaller({ allowedRoutes }), 'llm')).toBe(expected);
  });

  it('rejects by role and by list in words of their own', () => {
    const route = { routeClass: 'llm', path: PATHS.llm } as const;
    expect(() => refuseRouteClass(aCaller({ role: 'read_only' }), route)).toThrow(
      'the role of this key leaves this route out; ask an administrator for another key',
    );
    expect(() => refuseRouteClass(aCaller({ allowedRoutes: ['/x'] }), route)).toThrow(
      'allowed_routes of this key leave this route out',
    );
  });
});
