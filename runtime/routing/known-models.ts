import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { findMaxInputTokens, findPrice } from '../../lib/prices';

/** Unit: US dollars per token. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

/**
 * The configured price, else that of the lists; null: nobody knows. A server of one's own has none either: that nobody
 * sends a bill is a guess, and a guess must not draw the traffic.
 */
export function selectTokenPrice(deployment: DeploymentConfig, wallMs: number): TokenPrice | null {
  const { providerModel: model } = deployment;
  const found = findPrice(deployment, { model, answeredBy: null, wallMs });
  return found.kind === 'unknown' || found.source === 'own-machine' ? null : found.price.rates;
}

/** The longest prompt: the configured one, else the model's known one. Unit: tokens; null: nobody knows. */
export function selectMaxInputTokens(deployment: DeploymentConfig): number | null {
  return deployment.maxInputTokens ?? findMaxInputTokens(deployment, deployment.providerModel);
}
