/**
 * How many attempts beyond the first ones the gateway may make, over all calls and all their layers: retries, fallbacks
 * and hedges. Without it three layers of "just one more" turn an outage into a flood of three times the traffic, at the
 * moment when the provider can bear it least.
 *
 * An extra attempt holds a place until it is answered; one that failed holds it for ten seconds more, and so does a
 * hedge, whatever became of it. Places are a fifth of the requests of the last ten seconds, and three.
 *
 * Only attempts at deployments that have not failed lately need no place before they fail, and those that failed elsewhere
 * do not keep them out. Otherwise a sound fallback could carry no more than a fifth of the traffic of a model that is
 * down. The price: at the very moment when everything begins to fail, calls that fail together may each find out once.
 * From then on the bound is strict.
 */
export interface RetryBudget {
  /** By second, the present one last. */
  readonly seconds: readonly BudgetSecond[];
  /** Extra attempts under way at deployments that have failed lately. */
  readonly doubtful: number;
}

interface BudgetSecond {
  readonly second: number;
  readonly requests: number;
  /** Extra attempts that brought nothing, by what was known of the deployment before. */
  readonly wastedSound: number;
  readonly wastedDoubtful: number;
}

/** What is known of the deployments an extra attempt would go to. */
export type Standing = 'sound' | 'doubtful';

export type BudgetEvent =
  | { readonly kind: 'request' }
  | { readonly kind: 'extra-begun'; readonly standing: Standing }
  | {
      readonly kind: 'extra-ended';
      readonly standing: Standing;
      readonly result: 'answered' | 'wasted';
    };

export const EMPTY_BUDGET: RetryBudget = { seconds: [], doubtful: 0 };

const WINDOW_SECONDS = 10;
const SHARE = 0.2;
const LEAST_PLACES = 3;

export function reduceBudget(budget: RetryBudget, event: BudgetEvent, nowMs: number): RetryBudget {
  switch (event.kind) {
    case 'request':
      return count(budget, 'requests', nowMs);
    case 'extra-begun':
      return event.standing === 'sound' ? budget : { ...budget, doubtful: budget.doubtful + 1 };
    case 'extra-ended': {
      const doubtful = budget.doubtful - (event.standing === 'sound' ? 0 : 1);
      const ended = { ...budget, doubtful };
      if (event.result === 'answered') return ended;
      return count(ended, event.standing === 'sound' ? 'wastedSound' : 'wastedDoubtful', nowMs);
    }
  }
}

/** Places that are still free for an attempt at deployments of that standing; below 1: none. */
export function selectFreePlaces(budget: RetryBudget, standing: Standing, nowMs: number): number {
  const recent = selectRecent(budget, nowMs);
  const sum = (what: Counter): number => recent.reduce((total, second) => total + second[what], 0);
  const sound = sum('wastedSound');
  const taken = standing === 'sound' ? sound : sound + sum('wastedDoubtful') + budget.doubtful;
  return LEAST_PLACES + sum('requests') * SHARE - taken;
}

type Counter = Exclude<keyof BudgetSecond, 'second'>;

function count(budget: RetryBudget, what: Counter, nowMs: number): RetryBudget {
  const second = toSecond(nowMs);
  const last = budget.seconds.at(-1);
  if (last?.second === second) {
    return { ...budget, seconds: budget.seconds.with(-1, increment(last, what)) };
  }
  const opened = increment({ second, requests: 0, wastedSound: 0, wastedDoubtful: 0 }, what);
  return { ...budget, seconds: [...selectRecent(budget, nowMs), opened] };
}

/** Written out, because every request is counted and computed keys cost half as much again. */
function increment(counted: BudgetSecond, what: Counter): BudgetSecond {
  return {
    second: counted.second,
    requests: counted.requests + (what === 'requests' ? 1 : 0),
    wastedSound: counted.wastedSound + (what === 'wastedSound' ? 1 : 0),
    wastedDoubtful: counted.wastedDoubtful + (what === 'wastedDoubtful' ? 1 : 0),
  };
}

function selectRecent(budget: RetryBudget, nowMs: number): readonly BudgetSecond[] {
  const oldest = toSecond(nowMs) - WINDOW_SECONDS;
  return budget.seconds.filter(({ second }) => second > oldest);
}

function toSecond(nowMs: number): number {
  return Math.floor(nowMs / 1000);
}
