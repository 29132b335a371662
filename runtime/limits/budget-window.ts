/** The stretch of time that a budget is spent in. */
export interface BudgetWindow {
  /** Counted from 0. */
  readonly number: number;
  /** Unit: milliseconds since 1970. */
  readonly sinceMs: number;
  /** Null: it never ends. */
  readonly endsMs: number | null;
}

/** Windows follow one another from the day the owner was made, so every replica and region has the same ones. */
export function selectBudgetWindow(
  createdAtMs: number,
  budgetSeconds: number | null,
  wallMs: number,
): BudgetWindow {
  if (budgetSeconds === null) return { number: 0, sinceMs: 0, endsMs: null };
  const lengthMs = budgetSeconds * 1000;
  // A clock that lags behind the one that stamped the creation must not count in a window before the first.
  const number = Math.max(0, Math.floor((wallMs - createdAtMs) / lengthMs));
  const sinceMs = createdAtMs + number * lengthMs;
  return { number, sinceMs, endsMs: sinceMs + lengthMs };
}
