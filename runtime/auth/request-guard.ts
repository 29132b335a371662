import type { GuardsConfig } from '../../lib/config/guards-config';
import { GATEWAY_PATHS } from '../../lib/gateway-contract';
import { GatewayError } from '../errors';
import type { AskedRoute, EntryGuard } from '../http/server';
import { AddressList } from './address-list';
import { selectClientAddress } from './client-address';
import { RoutePatterns } from './route-patterns';

/**
 * What load balancers and DNS ask, from addresses that nobody lists and without any secret: they tell no more than whether
 * this replica takes traffic. The drain has a secret of its own.
 */
const PROBES: ReadonlySet<string> = new Set([
  GATEWAY_PATHS.liveness,
  GATEWAY_PATHS.livenessAlias,
  GATEWAY_PATHS.readiness,
  GATEWAY_PATHS.region,
  GATEWAY_PATHS.drain,
]);

/** Keeps out whoever comes from elsewhere, and whatever is not to be served, before anything else is looked at. */
export class RequestGuard implements EntryGuard {
  private readonly allowed: AddressList | null;
  private readonly trusted: AddressList;
  private readonly served: RoutePatterns | null;

  constructor(guards: Pick<GuardsConfig, 'allowedClients' | 'trustedProxies' | 'servedRoutes'>) {
    const { allowedClients, trustedProxies, servedRoutes } = guards;
    this.allowed = allowedClients === null ? null : new AddressList(allowedClients);
    this.trusted = new AddressList(trustedProxies);
    this.served = servedRoutes === null ? null : new RoutePatterns(servedRoutes);
  }

  /** Throws for what is kept out. LiteLLM's words and status. */
  refuse({ headers, peer, path }: AskedRoute): void {
    if (PROBES.has(path)) return;
    if (this.allowed !== null) {
      const address = selectClientAddress(peer, headers, this.trusted);
      if (!this.allowed.has(address)) {
        throw new GatewayError(
          'address_not_allowed',
          `Access forbidden: IP address ${renderAddress(address)} not allowed.`,
        );
      }
    }
    if (this.served !== null && !this.served.matches(path)) {
      throw new GatewayError('route_not_allowed', `Access forbidden: Route ${path} not allowed`);
    }
  }
}

/** Null: everything is let through, and no request has to be looked at. */
export function createRequestGuard(guards: GuardsConfig): RequestGuard | null {
  const { allowedClients, servedRoutes } = guards;
  return allowedClients === null && servedRoutes === null ? null : new RequestGuard(guards);
}

/** A header may say anything at any length. */
function renderAddress(address: string): string {
  return /^[\w.:%-]{1,64}$/.test(address) ? address : 'unknown';
}
