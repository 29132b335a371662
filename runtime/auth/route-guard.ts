import type { IncomingHttpHeaders } from 'node:http';
import type { GuardsConfig } from '../../lib/config/guards-config';
import { GatewayError } from '../errors';
import type { Authenticator, RequestedRoute } from './authenticator';
import type { Caller } from './caller';
import { isAdministrator } from './is-administrator';
import { PUBLIC_CALLER } from './public-caller';
import { RoutePatterns } from './route-patterns';

/** The routes there are, as far as a list of patterns can be compared with them. */
export interface NamedRoutes {
  /** Names of the routes that are served under a path of this kind. */
  selectNames(covers: (path: string) => boolean): ReadonlySet<string>;
}

/**
 * Which routes ask for no key, and which for an administrator's. What opens a route opens the very paths that are written.
 * What closes one closes every path that it is served under: who lists `/v1/chat/completions` means
 * `/chat/completions` as well.
 */
export class RouteGuard {
  private readonly open: RoutePatterns;
  private readonly closed: RoutePatterns;
  private closedNames: ReadonlySet<string> = new Set();

  constructor({ publicRoutes, adminRoutes }: Pick<GuardsConfig, 'publicRoutes' | 'adminRoutes'>) {
    this.open = new RoutePatterns(publicRoutes);
    this.closed = new RoutePatterns(adminRoutes);
  }

  /** To be told before the first request. */
  learn(tables: readonly NamedRoutes[]): void {
    const names = tables.flatMap((routes) => [
      ...routes.selectNames((path) => this.closed.matches(path)),
    ]);
    this.closedNames = new Set(names);
  }

  isPublic(route: RequestedRoute): boolean {
    return this.open.matches(route.path) && !this.isClosed(route);
  }

  /** Throws for callers that are no administrators, where the route asks for one. LiteLLM's words. */
  refuse(caller: Caller, route: RequestedRoute): void {
    if (!this.isClosed(route) || isAdministrator(caller)) return;
    throw new GatewayError(
      'permission_denied',
      `user not allowed to access this route. Route=${route.path} is an admin only route`,
    );
  }

  private isClosed({ path, routeName }: RequestedRoute): boolean {
    return this.closedNames.has(routeName) || this.closed.matches(path);
  }
}

/** The same authenticator behind a guard of routes. */
export class RouteGuardedAuthenticator implements Authenticator {
  constructor(
    private readonly inner: Authenticator,
    private readonly guard: RouteGuard,
  ) {}

  authenticate(headers: IncomingHttpHeaders, remoteAddress: string, route: RequestedRoute): Caller {
    if (this.guard.isPublic(route)) return this.welcome(headers, remoteAddress, route);
    const caller = this.inner.authenticate(headers, remoteAddress, route);
    this.guard.refuse(caller, route);
    return caller;
  }

  prepare(headers: IncomingHttpHeaders): Promise<void> | null {
    return this.inner.prepare(headers);
  }

  /** Whoever shows a good key may do there what the key may; everybody else is nobody in particular. */
  private welcome(
    headers: IncomingHttpHeaders,
    remoteAddress: string,
    route: RequestedRoute,
  ): Caller {
    try {
      return this.inner.authenticate(headers, remoteAddress, route);
    } catch (error) {
      if (error instanceof GatewayError) return PUBLIC_CALLER;
      throw error;
    }
  }
}

/** Null: every route asks for a key, and none for an administrator's alone. */
export function createRouteGuard(guards: GuardsConfig): RouteGuard | null {
  const { publicRoutes, adminRoutes } = guards;
  return publicRoutes.length === 0 && adminRoutes.length === 0 ? null : new RouteGuard(guards);
}
