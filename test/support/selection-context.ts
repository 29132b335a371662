import type { RouterConfig } from '../../lib/config/gateway-config';
import { PLAIN_TRAITS } from '../../runtime/routing/request-traits';
import type { RequestTraits } from '../../runtime/routing/request-traits';
import type { SelectionContext } from '../../runtime/routing/select-deployment';
import { routerConfig } from './gateway-config-builder';

type Parts = Partial<Omit<SelectionContext, 'router' | 'traits'>> & {
  readonly router?: Partial<RouterConfig>;
  readonly traits?: Partial<RequestTraits>;
};

/** A first request about which nothing is known, to deployments of which nothing is known; name what the test is about. */
export function selectionContext({ router, traits, ...parts }: Parts = {}): SelectionContext {
  return {
    nowMs: 1000,
    wallMs: 1000,
    random: 0,
    health: new Map(),
    loads: new Map(),
    budgets: new Map(),
    tried: [],
    spentOrders: [],
    whenAllCoolDown: 'try-one',
    router: routerConfig(router),
    traits: { ...PLAIN_TRAITS, ...traits },
    ...parts,
  };
}
