import { groupByDeployment } from './invariants-reach';
import type { Check, InvariantContext } from './invariant';
import type { Fault } from './scenario';
import { selectSupported } from './simulated-gateway';
import type { Trace, TraceEvent } from './trace';

/** What a retry budget has saved up, and how it is filled; written here anew, so that a slip there is found. */
const SAVED_PLACES = 10;
const PLACES_PER_SECOND = 0.2;
const PLACES_PER_ATTEMPT = 0.2;
const UNASKED_MS = 1_000;
/** Until all deployments are known to be failing, and calls that found out for themselves are over. */
const NOTICED_MS = 15_000;

type Attempt = Extract<TraceEvent, { readonly kind: 'attempt' }>;

/** I15. A deployment is asked again only as often as its budget says. */
export const isWithinBudget: Check = ({ result }) => {
  const seconds = (result.trace.at(-1)?.atMs ?? 0) / 1000;
  const answered = selectAnswered(result.trace);
  return [...groupByDeployment(selectAttempts(result.trace))].flatMap(([id, attempts]) => {
    const again = attempts.filter(isAgain);
    const wasted = again.filter((attempt) => !answered.has(keyOf(attempt)));
    const unasked = countUnasked(attempts);
    const places =
      SAVED_PLACES +
      PLACES_PER_SECOND * seconds +
      PLACES_PER_ATTEMPT * (attempts.length - again.length) +
      unasked;
    return wasted.length > places
      ? [`${id} was asked again ${wasted.length} times and had ${places.toFixed(1)} places`]
      : [];
  });
};

/**
 * I16. While everything is down, attempts are at most 1.2 times the calls; to that come what each budget has saved up, and
 * attempts at deployments that nobody has asked for a second.
 */
export const isOutageBounded: Check = (context) => {
  const outage = selectOutage(context);
  if (outage === null) return [];
  const { trace } = context.result;
  const during = trace.filter(({ atMs }) => atMs >= outage.fromMs && atMs < outage.toMs);
  const attempts = selectAttempts(during);
  const calls = during.filter(({ kind }) => kind === 'arrive').length;
  const byDeployment = groupByDeployment(selectAttempts(trace));
  const unasked = [...byDeployment.values()].reduce((sum, each) => sum + countUnasked(each), 0);
  const most = (1 + PLACES_PER_ATTEMPT) * calls + SAVED_PLACES * byDeployment.size + unasked;
  return attempts.length > most
    ? [`${calls} calls became ${attempts.length} attempts of ${most.toFixed(0)} while all was down`]
    : [];
};

/** Kinds of fault that leave no request an answer. */
const TOTAL: ReadonlySet<Fault['kind']> = new Set(['down', 'reset', 'status', 'stall']);

/** When all of the deployments were down at once; null: never, or not for long enough to be noticed. */
function selectOutage({
  result,
}: InvariantContext): { readonly fromMs: number; readonly toMs: number } | null {
  const periods = selectSupported(result.config).map(({ id }) => {
    const total = (result.behaviours.get(id)?.faults ?? []).find(
      (fault) =>
        TOTAL.has(fault.kind) &&
        fault.share === 1 &&
        fault.periodSeconds === null &&
        // A mistake of the caller tells nothing of the deployment.
        !(fault.kind === 'status' && [400, 404, 413, 422].includes(fault.status)),
    );
    return { from: total?.fromSeconds ?? Infinity, to: total?.toSeconds ?? 0 };
  });
  const fromMs = Math.max(...periods.map(({ from }) => from)) * 1000 + NOTICED_MS;
  const toMs = Math.min(...periods.map(({ to }) => to)) * 1000;
  return fromMs < toMs ? { fromMs, toMs } : null;
}

function selectAttempts(trace: Trace): readonly Attempt[] {
  return trace.flatMap((event) => (event.kind === 'attempt' ? [event] : []));
}

/** Whether the same call had asked the deployment before. */
function isAgain(attempt: Attempt, index: number, all: readonly Attempt[]): boolean {
  return all.slice(0, index).some(({ call }) => call === attempt.call);
}

function countUnasked(attempts: readonly Attempt[]): number {
  return attempts.filter((attempt, index) => {
    const before = attempts[index - 1];
    return before === undefined || attempt.atMs - before.atMs >= UNASKED_MS;
  }).length;
}

function selectAnswered(trace: Trace): ReadonlySet<string> {
  return new Set(
    trace.flatMap((event) =>
      event.kind === 'outcome' && event.end === 'complete' && event.status === 200
        ? [keyOf(event)]
        : [],
    ),
  );
}

function keyOf({ call, attempt }: Pick<Attempt, 'call' | 'attempt'>): string {
  return `${call}/${attempt}`;
}
