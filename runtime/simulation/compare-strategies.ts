import type { RoutingStrategy } from '../../lib/config/gateway-config';
import type { NamedRun } from './render-report';
import { runSimulation, type SimulationInput, type SimulationResult } from './run-simulation';
import { renderTrace } from './trace';

export interface StrategyRun extends NamedRun {
  readonly result: SimulationResult;
}

/** Lets each strategy meet the same requests and the same luck. */
export async function compareStrategies(
  input: SimulationInput,
  strategies: readonly RoutingStrategy[],
): Promise<readonly StrategyRun[]> {
  const runs: StrategyRun[] = [];
  const traces = new Map<string, string>();
  for (const strategy of strategies) {
    const config = { ...input.config, router: { ...input.config.router, strategy } };
    const result = await runSimulation({ ...input, config });
    const text = renderTrace(result.trace);
    // Equal to the byte: whatever its name promises, it decided nothing differently.
    const sameAs = traces.get(text) ?? null;
    if (sameAs === null) traces.set(text, strategy);
    runs.push({ name: strategy, summary: result.summary, sameAs, result });
  }
  return runs;
}
