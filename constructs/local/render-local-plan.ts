import type { LocalPlan } from './foundation/local-plan';

/** The plan as a file: JSON, the same bytes for the same description. */
export function renderLocalPlan(plan: LocalPlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}
