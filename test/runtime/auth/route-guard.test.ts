import { ROUTE_GROUPS } from '../../../lib/config/route-groups';
import type { Authenticator } from '../../../runtime/auth/authenticator';
import type { Caller } from '../../../runtime/auth/caller';
import { isPublicCaller } from '../../../runtime/auth/public-caller';
import { RouteGuard, RouteGuardedAuthenticator } from '../../../runtime/auth/route-guard';
import { matchesPattern, RoutePatterns } from '../../../runtime/auth/route-patterns';
import { GatewayError } from '../../../runtime/errors';
import { Routes } from '../../../runtime/http/routes';
import { aCaller, aUser } from '../limits/a-caller';

describe('matchesPattern', () => {
  it.each([
    ['/v1/models', '/v1/models', true],
    ['/v1/models', '/v1/models/', false],
    ['/v1/models', '/v1/Models', false],
    ['/threads/{id}', '/threads/a', true],
    ['/threads/{id}', '/threads/', false],
    ['/threads/{id}', '/threads/a/b', false],
    ['/spend/*', '/spend/logs', true],
    ['/spend/*', '/spend/', true],
    ['/spend/*', '/spending', false],
    ['/*', '/anything', true],
  ])('%s has %s: %s', (pattern, path, expected) => {
    expect(matchesPattern(pattern, path)).toBe(expected);
    expect(new RoutePatterns([pattern]).matches(path)).toBe(expected);
  });

  it('finds the paths of every group of LiteLLM', () => {
    for (const patterns of ROUTE_GROUPS.values()) {
      const some = new RoutePatterns(patterns);
      for (const pattern of patterns) {
        const path = pattern.replace(/\{[^}]+\}/g, 'x').replace('*', 'rest');
        expect([path, some.matches(path)]).toEqual([path, true]);
      }
    }
  });
});

describe('RouteGuardedAuthenticator', () => {
  const route = (name: string) => ({ name, handlers: {} });
  const routes = new Routes(
    new Map([
      ['/v1/chat/completions', route('chat')],
      ['/chat/completions', route('chat')],
      ['/v1/models', route('models')],
    ]),
    [{ prefix: '/engines/', suffix: '/chat/completions', route: route('chat') }],
  );
  const asked = (path: string, routeName: string) => ({ path, routeName });
  const CHAT = asked('/chat/completions', 'chat');
  const MODELS = asked('/v1/models', 'models');

  function enter(
    lists: { readonly open?: readonly string[]; readonly closed?: readonly string[] },
    inner: () => Caller,
    at: { readonly path: string; readonly routeName: string },
  ): Caller {
    const guard = new RouteGuard({
      publicRoutes: lists.open ?? [],
      adminRoutes: lists.closed ?? [],
    });
    guard.learn([routes]);
    const authenticator: Authenticator = { authenticate: inner, prepare: () => null };
    return new RouteGuardedAuthenticator(authenticator, guard).authenticate({}, '10.0.0.1', at);
  }

  const refused = (): never => {
    throw new GatewayError('authentication_failed', 'wrong');
  };

  it('lets nobody in particular into a public route, and nobody else than before anywhere else', () => {
    const open = ['/v1/models'];
    expect(isPublicCaller(enter({ open }, refused, MODELS))).toBe(true);
    expect(() => enter({ open }, refused, CHAT)).toThrow('wrong');
    expect(() => enter({ open }, refused, asked('/v1/models/', 'models'))).toThrow('wrong');
  });

  it('takes a good key for what it is on a public route, too', () => {
    const caller = aCaller({});
    expect(enter({ open: ['/v1/models'] }, () => caller, MODELS)).toBe(caller);
  });

  it('does not take a fault for a stranger', () => {
    const broken = (): never => {
      throw new TypeError('a bug');
    };
    expect(() => enter({ open: ['/v1/models'] }, broken, MODELS)).toThrow(TypeError);
  });

  it('rejects who is no administrator on every path of a closed route', () => {
    for (const closed of [
      '/v1/chat/completions',
      '/engines/{model}/chat/completions',
      '/v1/chat/*',
    ]) {
      expect(() => enter({ closed: [closed] }, () => aCaller({}), CHAT)).toThrow(
        new GatewayError(
          'permission_denied',
          'user not allowed to access this route. Route=/chat/completions is an admin only route',
        ),
      );
    }
    const lists = { closed: ['/v1/chat/completions'] };
    const administrator = aCaller({}, { user: aUser({ role: 'proxy_admin' }) });
    expect(enter(lists, () => administrator, CHAT)).toBe(administrator);
    expect(enter(lists, () => ({ kind: 'master' }), CHAT)).toEqual({ kind: 'master' });
    expect(enter(lists, () => aCaller({}), MODELS)).toMatchObject({ kind: 'key' });
    for (const role of ['read_only', 'llm_api'] as const) {
      const bounded = aCaller({ role }, { user: aUser({ role: 'proxy_admin' }) });
      expect(() => enter(lists, () => bounded, CHAT)).toThrow(GatewayError);
    }
  });

  it('keeps closed what is listed as public and for administrators', () => {
    const lists = { open: ['/chat/completions'], closed: ['/v1/chat/completions'] };
    expect(() => enter(lists, refused, CHAT)).toThrow('wrong');
  });
});
