import type { Check } from './invariant';
import { resolveMostAttempts } from './most-attempts';
import type { CallHistory } from './select-calls';

/** How late an ending may be: what the gateway itself needs. Unit: milliseconds. */
const GRACE_MS = 50;
/** How soon a provider is left alone after its client has left. Unit: milliseconds. */
const ABORT_MS = 100;

/** I1. In each order of a group at most one attempt more than the most retries any rule allows; no more groups than allowed. */
export const isBounded: Check = ({ result, calls }) => {
  const { router, deployments } = result.config;
  const most = resolveMostAttempts(deployments, router);
  const orders = new Map(deployments.map(({ id, order }) => [id, order]));
  return calls.flatMap((call) => {
    const tooMany = countAttempts(call, orders).filter(({ attempts }) => attempts > most);
    const fallbacks = call.end?.fallbacks ?? 0;
    return [
      ...tooMany.map(
        ({ where, attempts }) => `call ${call.call} tried ${where} ${attempts} times of ${most}`,
      ),
      ...(fallbacks > router.maxFallbacks
        ? [`call ${call.call} took ${fallbacks} fallbacks of ${router.maxFallbacks}`]
        : []),
    ];
  });
};

function countAttempts(
  { attempts }: CallHistory,
  orders: ReadonlyMap<string, number | null>,
): readonly { readonly where: string; readonly attempts: number }[] {
  const counts = new Map<string, number>();
  for (const { group, deployment } of attempts) {
    const order = orders.get(deployment) ?? null;
    const where = order === null ? group : `order ${order} of ${group}`;
    counts.set(where, (counts.get(where) ?? 0) + 1);
  }
  return [...counts].map(([where, count]) => ({ where, attempts: count }));
}

/** I2. One beginning at most, of an answer, by the deployment that was asked last and is said to have answered. */
export const isCommittedOnce: Check = ({ calls }) =>
  calls.flatMap(({ call, commits, attempts, outcomes, end }) => {
    if (commits.length > 1) return [`call ${call} got ${commits.length} beginnings of an answer`];
    const source = commits[0]?.deployment;
    const answer = outcomes.find(({ attempt }) => attempt === commits[0]?.attempt);
    if (answer?.fault === 'error-event') return [`call ${call} got an error in place of an answer`];
    if (source === undefined) {
      return end?.outcome === 'success' ? [`call ${call} succeeded without an answer`] : [];
    }
    const asked = attempts.at(-1)?.deployment;
    if (source === asked && (end === null || source === end.deployment)) return [];
    return [`call ${call} was answered by ${source}, asked ${asked}, credited ${end?.deployment}`];
  });

/** I3. */
export const isNotRetriedAfterCommit: Check = ({ calls }) =>
  calls.flatMap(({ call, events }) => {
    const commit = events.findIndex(({ kind }) => kind === 'commit');
    const after = commit === -1 ? [] : events.slice(commit);
    return after.some(({ kind }) => kind === 'attempt')
      ? [`call ${call} asked a provider again after its client had seen part of an answer`]
      : [];
  });

/** I4. An error by the deadline, an answer begun by the deadline, and an end at once for a client that left. */
export const isEnded: Check = ({ calls }) => calls.flatMap(findLateness);

function findLateness({ call, arrive, commits, leave, end, ends }: CallHistory): readonly string[] {
  if (end === null) return [`call ${call} never ended`];
  if (ends > 1) return [`call ${call} ended ${ends} times`];
  const begun = commits[0] ?? end;
  const late = begun.atMs - arrive.deadlineMs;
  if (late > GRACE_MS) return [`call ${call} was ${Math.round(late)} ms later than its deadline`];
  if (leave !== null && end.atMs - leave.atMs > ABORT_MS) {
    return [`call ${call} went on for ${Math.round(end.atMs - leave.atMs)} ms without its client`];
  }
  return [];
}
