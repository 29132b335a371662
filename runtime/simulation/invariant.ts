import type { SimulationResult } from './run-simulation';
import type { CallHistory } from './select-calls';

export interface InvariantContext {
  readonly result: SimulationResult;
  readonly calls: readonly CallHistory[];
}

/** Findings of one check, in words; none when it holds. */
export type Check = (context: InvariantContext) => readonly string[];
