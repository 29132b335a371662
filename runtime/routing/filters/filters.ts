import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { budgetFilter } from './budgets';
import { contextWindowFilter } from './context-window';
import type { Filter, FilterContext, Refusal } from './filter';
import { parameterFilter } from './parameters';
import { rateLimitFilter } from './rate-limits';
import { regionFilter } from './region';
import { responseFormatFilter } from './response-format';
import { tagFilter } from './tags';

/** In LiteLLM's order. A new one is a file in this folder and a line here. */
const FILTERS: readonly Filter[] = [
  budgetFilter,
  contextWindowFilter,
  regionFilter,
  responseFormatFilter,
  parameterFilter,
  rateLimitFilter,
  tagFilter,
];

/** Who may serve the request. */
export function keepEligible(
  candidates: readonly DeploymentConfig[],
  context: FilterContext,
): readonly DeploymentConfig[] {
  return FILTERS.reduce((kept, filter) => filter.keep(kept, context), candidates);
}

/** The first filter that leaves nobody; null: somebody may serve. */
export function selectRefusal(
  candidates: readonly DeploymentConfig[],
  context: FilterContext,
): Refusal | null {
  let kept = candidates;
  for (const filter of FILTERS) {
    const next = filter.keep(kept, context);
    if (next.length === 0) return { reason: filter.reason, waitMs: filter.waitMs(kept, context) };
    kept = next;
  }
  return null;
}
