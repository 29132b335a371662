import type { DeploymentConfig, GatewayConfig } from '../lib/config/gateway-config';
import { groupBy } from './group-by';
import {
  describeSkipped,
  prepareDeployments,
  type PreparedDeployments,
  type SkippedDeployment,
} from './providers/prepare-deployments';
import type { ProviderContext } from './providers/provider';

/** The configuration leaves a model, or all of them, without a deployment. */
export class NoUsableDeploymentError extends Error {}

/** Throws where `selectStartRefusal` has a reason. */
export function requireUsable(
  { deployments }: Pick<GatewayConfig, 'deployments'>,
  context: ProviderContext,
): void {
  const refusal = selectStartRefusal(deployments, prepareDeployments(deployments, context));
  if (refusal !== null) throw new NoUsableDeploymentError(refusal);
}

/**
 * Why a gateway with these deployments does not start; null: it does. A model of which nothing is left for a reason that
 * its operator can mend stops the start, because nobody wants to learn of it from a client. A model whose providers are
 * not supported answers 501, so that a file written for more providers serves the others.
 */
export function selectStartRefusal(
  deployments: readonly DeploymentConfig[],
  { prepared, skipped }: PreparedDeployments,
): string | null {
  if (deployments.length === 0) return 'model_list has no deployment; add at least one';
  if (prepared.length === 0) {
    return describe('model_list has no deployment that this gateway can use', skipped);
  }
  const served = new Set(prepared.map(({ config }) => config.modelName));
  const lost = [...groupBy(skipped, ({ config }) => config.modelName)].filter(
    ([name, members]) => !served.has(name) && members.some(({ kind }) => kind === 'incomplete'),
  );
  const refusals = lost.map(([name, members]) =>
    describe(`${name} has no deployment left; set what is missing, or remove the model`, members),
  );
  return refusals.length === 0 ? null : refusals.join('\n');
}

function describe(what: string, skipped: readonly SkippedDeployment[]): string {
  return [what, ...skipped.map((one) => `  - ${describeSkipped(one)}`)].join('\n');
}
