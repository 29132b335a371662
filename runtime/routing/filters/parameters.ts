import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { NO_PARAMS, selectParamSupport, setOfNames } from '../param-support';
import type { ParamSet } from '../param-support';
import type { RequestTraits } from '../request-traits';
import { NEVER } from './filter';
import type { Filter } from './filter';

/** A model that is known not to take a parameter is asked only when it may be dropped. */
export const parameterFilter: Filter = {
  reason: 'parameters',
  keep: (candidates, { traits }) => {
    if (traits.modelParams === NO_PARAMS || traits.unsupportedParams === 'dropped') {
      return candidates;
    }
    return candidates.every((candidate) => takes(candidate, traits))
      ? candidates
      : candidates.filter((candidate) => takes(candidate, traits));
  },
  waitMs: NEVER,
};

function takes(deployment: DeploymentConfig, { modelParams }: RequestTraits): boolean {
  return (
    deployment.request.unsupported === 'dropped' ||
    (modelParams & selectUnsupported(deployment)) === NO_PARAMS
  );
}

/** By deployment: names are matched against patterns, and each request would ask for each candidate. */
const known = new WeakMap<DeploymentConfig, ParamSet>();

/** Parameters that the deployment's model does not take, and that nobody sends all the same. */
function selectUnsupported(deployment: DeploymentConfig): ParamSet {
  const before = known.get(deployment);
  if (before !== undefined) return before;
  const { providerModel, baseModel, request } = deployment;
  const support = selectParamSupport(baseModel ?? providerModel);
  const unsupported = (support?.unsupported ?? NO_PARAMS) & ~setOfNames(request.allowedParams);
  known.set(deployment, unsupported);
  return unsupported;
}
