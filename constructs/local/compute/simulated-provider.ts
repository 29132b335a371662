import type { GatewayConfig } from '../../../lib';
import { resolveVariableName } from '../foundation/environment-reference';
import type { LocalSimulatedProvider, SimulatedRoute } from '../foundation/local-plan';
import type { Network } from '../network/network';

/** Variables that stand in for a deployment's own `api_key` and `api_base`. */
const VARIABLES = {
  openai: { key: 'OPENAI_API_KEY', base: 'OPENAI_BASE_URL' },
  azure: { key: 'AZURE_API_KEY', base: 'AZURE_API_BASE' },
} as const;

/**
 * Answers in the place of OpenAI and Azure OpenAI where their keys are not set, and says so in each answer. A deployment
 * that names its address or its key in the configuration itself is never replaced.
 */
export class SimulatedProvider {
  readonly resource: LocalSimulatedProvider;

  constructor(props: { readonly config: GatewayConfig; readonly network: Network }) {
    this.resource = {
      ...props.network.simulatedProvider(),
      routes: planRoutes(props.config),
    };
  }
}

function planRoutes(config: GatewayConfig): readonly SimulatedRoute[] {
  const routes = config.deployments.flatMap<SimulatedRoute>(({ provider, apiKey, apiBase }) => {
    if (provider !== 'openai' && provider !== 'azure') return [];
    const keyName = resolveVariableName(apiKey, VARIABLES[provider].key);
    const baseName = resolveVariableName(apiBase, VARIABLES[provider].base);
    return keyName === null || baseName === null ? [] : [{ provider, keyName, baseName }];
  });
  const byIdentity = new Map(
    routes.map((route) => [`${route.provider} ${route.keyName} ${route.baseName}`, route]),
  );
  return [...byIdentity.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, route]) => route);
}
