import type { DeploymentConfig, RoutingStrategy } from '../../../lib/config/gateway-config';
import { selectMinuteEndMs, selectMinuteUse, UNUSED } from '../load';
import type { Filter, FilterContext } from './filter';

/** To the others `rpm` and `tpm` are weights, as in LiteLLM. */
const COUNTING: ReadonlySet<RoutingStrategy> = new Set([
  'usage-based-routing',
  'usage-based-routing-v2',
  'latency-based-routing',
  'cost-based-routing',
]);

/** Leaves out whoever has used up its `rpm` or `tpm` of this minute, or would with this request. */
export const rateLimitFilter: Filter = {
  reason: 'rate-limits',
  keep: (candidates, context) =>
    areLimitsKept(context)
      ? candidates.filter((candidate) => isWithinLimits(candidate, context))
      : candidates,
  waitMs: (_, { wallMs }) => selectMinuteEndMs(wallMs) - wallMs,
};

function areLimitsKept({ router }: FilterContext): boolean {
  return (
    router.rateLimits === 'enforced' ||
    router.preCallChecks === 'on' ||
    COUNTING.has(router.strategy)
  );
}

function isWithinLimits({ id, rpm, tpm }: DeploymentConfig, context: FilterContext): boolean {
  const used = selectMinuteUse(context.loads.get(id) ?? UNUSED, context.wallMs);
  // `rpm: 10` means ten: LiteLLM refuses the tenth.
  return (
    used.requests + 1 <= (rpm ?? Infinity) &&
    used.tokens + context.traits.promptTokens <= (tpm ?? Infinity)
  );
}
