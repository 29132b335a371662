import type { Warning } from '../errors';
import { findPrice } from '../prices';
import type { DeploymentConfig, RouterConfig } from './gateway-config';
import { UNKNOWN_PROVIDER } from './provider-of';
import { referenceName } from './references';

const CONSEQUENCES: Readonly<Record<RouterConfig['budgetUnpriced'], string>> = {
  estimate: 'a call under a budget is charged the most that any model of its provider costs',
  refuse: 'a call under a budget is refused',
  allow: 'it costs nothing, and no budget binds',
};

/** Deployments that nobody can price. What is behind a wildcard is known when it is asked for. */
export function findUnpricedModels(
  deployments: readonly DeploymentConfig[],
  { budgetUnpriced }: Pick<RouterConfig, 'budgetUnpriced'>,
): readonly Warning[] {
  const unpriced = deployments.filter(isUnpriced);
  // One price is missing however many deployments it is missing for.
  const models = new Map(unpriced.map(({ litellmModel, modelName }) => [litellmModel, modelName]));
  return [...models].map(([litellmModel, modelName]) => ({
    rule: 'config.unpriced',
    path: `model_list, ${modelName}`,
    message:
      `no price of ${litellmModel} is known, so ${CONSEQUENCES[budgetUnpriced]}; ` +
      'set input_cost_per_token and output_cost_per_token, model_info.base_model, or general_settings.price_list',
  }));
}

function isUnpriced(deployment: DeploymentConfig): boolean {
  const { provider, providerModel: model, apiBase } = deployment;
  // Of a provider that nothing tells there is a warning already.
  if (model.includes('*') || provider === UNKNOWN_PROVIDER) return false;
  // Whether it is a server of one's own shows when the address is known.
  if (apiBase !== null && referenceName(apiBase) !== null) return false;
  return findPrice(deployment, { model, answeredBy: null, wallMs: 0 }).kind === 'unknown';
}
