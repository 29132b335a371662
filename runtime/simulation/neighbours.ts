import type { GatewayConfig } from '../../lib/config/gateway-config';
import { findTraceDifference } from './invariants';
import { runSimulation } from './run-simulation';
import type { SimulationInput } from './run-simulation';
import { renderTrace } from './trace';
import type { Trace } from './trace';

/** Always the same, or the retries of one model would change the luck of all others. */
const NO_CHANCE = { next: () => 0.5 };

/**
 * I17. A neighbour's failures change nothing for others: the same world is lived through twice, once without the faults of
 * everything that the first group leads to, and groups that share nothing with it must not notice. Null: they do not; else
 * where they do. `alone`: no group shares nothing with the first, so nothing was compared.
 */
export async function findNeighbourDifference(
  input: SimulationInput,
): Promise<string | 'alone' | null> {
  const { config, scenario } = input;
  const [troubled, ...others] = [...new Set(config.deployments.map(({ modelName }) => modelName))];
  if (troubled === undefined) return 'alone';
  const reach = selectReach(troubled, config);
  const neighbours = new Set(
    others.filter((group) => isDisjoint(reach, selectReach(group, config))),
  );
  if (neighbours.size === 0) return 'alone';
  const models = new Map(config.deployments.map(({ id, modelName }) => [id, modelName]));
  const rules = scenario.rules.map((rule) =>
    reach.has(models.get(rule.match) ?? '') ? { ...rule, faults: [] } : rule,
  );
  const [hurt, spared] = await Promise.all([
    runSimulation(input, NO_CHANCE),
    runSimulation({ ...input, scenario: { ...scenario, rules } }, NO_CHANCE),
  ]);
  return findTraceDifference(
    renderTrace(selectCallsTo(hurt.trace, neighbours)),
    renderTrace(selectCallsTo(spared.trace, neighbours)),
  );
}

/** The group, and all that calls to it may come to. */
function selectReach(group: string, { router }: GatewayConfig): ReadonlySet<string> {
  const reach = new Set([group]);
  // A set that is added to while it is walked also yields what was added.
  for (const model of reach) {
    for (const next of router.fallbacks[model] ?? router.defaultFallbacks) reach.add(next);
  }
  return reach;
}

function isDisjoint(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].every((member) => !other.has(member));
}

function selectCallsTo(trace: Trace, models: ReadonlySet<string>): Trace {
  const calls = new Set(
    trace.flatMap((event) =>
      event.kind === 'arrive' && models.has(event.model) ? [event.call] : [],
    ),
  );
  return trace.filter(({ call }) => calls.has(call));
}
