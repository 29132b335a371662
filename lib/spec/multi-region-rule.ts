import type { Problem } from '../errors';
import type { TargetTraits } from '../topology/target-traits';
import type { MultiRegionSpec } from './multi-region-spec';

/** One thing that has to hold among regions. Its id is stable and listed in `docs/rules.md`. */
export interface MultiRegionRule {
  readonly id: string;
  /** What breaks without it, for the catalogue. */
  readonly because: string;
  readonly check: (spec: MultiRegionSpec, traits: TargetTraits) => readonly Omit<Problem, 'rule'>[];
}
