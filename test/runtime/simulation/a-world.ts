import type { DeploymentConfig, GatewayConfig } from '../../../lib/config/gateway-config';
import type { SimulationInput } from '../../../runtime/simulation/run-simulation';
import { parseScenario } from '../../../runtime/simulation/parse-scenario';
import { aConfig, aDeployment } from '../../support/a-config';

/** Deployments of one model, by id. */
export function aGroup(...ids: readonly string[]): readonly DeploymentConfig[] {
  return ids.map((id) => aDeployment({ id }));
}

/** Three deployments of one model that rest for five seconds, under the scenario that is written out. */
export function aWorld(scenario: string, config: Partial<GatewayConfig> = {}): SimulationInput {
  return {
    config: aConfig({ deployments: aGroup('a', 'b', 'c'), ...config }),
    scenario: parseScenario(scenario),
    seed: 1,
  };
}
