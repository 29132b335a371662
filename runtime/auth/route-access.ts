import { GatewayError } from '../errors';
import type { Caller } from './caller';
import { isPublicCaller } from './public-caller';

/**
 * `llm`: asks models, or lists them. `operate`: shows how the deployments are, and asks providers for it. The routes of
 * management have powers of their own.
 */
export type RouteClass = 'llm' | 'operate';

/** LiteLLM's names for many routes at once, as a key may list them. */
const ROUTE_GROUPS: ReadonlyMap<string, RouteClass> = new Map([
  ['llm_api_routes', 'llm'],
  ['openai_routes', 'llm'],
  ['info_routes', 'operate'],
]);

/** Throws where neither role nor list of the caller's key has the route. */
export function refuseRouteClass(
  caller: Caller,
  route: { readonly routeClass: RouteClass; readonly path: string },
): void {
  // Somebody who lists a route as public has said what it is open for.
  if (caller.kind !== 'key' || isPublicCaller(caller)) return;
  if (!hasRole(caller, route.routeClass)) {
    throw new GatewayError(
      'permission_denied',
      'the role of this key leaves this route out; ask an administrator for another key',
    );
  }
  const { allowedRoutes } = caller.key;
  if (allowedRoutes.length > 0 && !allowedRoutes.some((entry) => covers(entry, route))) {
    throw new GatewayError('permission_denied', 'allowed_routes of this key leave this route out');
  }
}

function hasRole(
  { key, user }: Extract<Caller, { readonly kind: 'key' }>,
  routeClass: RouteClass,
): boolean {
  switch (routeClass) {
    case 'llm':
      return key.role === 'default' || key.role === 'llm_api';
    case 'operate':
      // It costs calls and tells addresses of providers.
      return (
        key.role !== 'llm_api' &&
        (user?.role === 'proxy_admin' || user?.role === 'proxy_admin_viewer')
      );
  }
}

function covers(
  entry: string,
  route: { readonly routeClass: RouteClass; readonly path: string },
): boolean {
  if (ROUTE_GROUPS.get(entry) === route.routeClass) return true;
  return entry.endsWith('*') ? route.path.startsWith(entry.slice(0, -1)) : route.path === entry;
}
