import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { Check } from './invariant';
import type { CallHistory } from './select-calls';

/** How late an ending may be: what the gateway itself needs. Unit: milliseconds. */
const GRACE_MS = 50;
/** How soon a provider is left alone after its client has left. Unit: milliseconds. */
const ABORT_MS = 100;

/** I1. In each group at most one attempt more than the most retries any rule allows, and no more groups than allowed. */
export const isBounded: Check = ({ result, calls }) => {
  const { router } = result.config;
  const most = resolveMostAttempts(result.config.deployments, result.config.router);
  return calls.flatMap((call) => {
    const visits = countVisits(call);
    const tooMany = visits.filter(({ attempts }) => attempts > most);
    const fallbacks = call.end?.fallbacks ?? 0;
    return [
      ...tooMany.map(
        ({ group, attempts }) => `call ${call.call} tried ${group} ${attempts} times of ${most}`,
      ),
      ...(fallbacks > router.maxFallbacks
        ? [`call ${call.call} took ${fallbacks} fallbacks of ${router.maxFallbacks}`]
        : []),
    ];
  });
};

interface Visit {
  readonly group: string;
  readonly attempts: number;
}

function countVisits({ attempts }: CallHistory): readonly Visit[] {
  return attempts.reduce<readonly Visit[]>((visits, { group }) => {
    const last = visits.at(-1);
    if (last?.group !== group) return [...visits, { group, attempts: 1 }];
    return [...visits.slice(0, -1), { group, attempts: last.attempts + 1 }];
  }, []);
}

interface RetryCounts {
  readonly retries: number;
  readonly retriesByException: Readonly<Record<string, number>>;
}

function resolveMostAttempts(
  deployments: readonly DeploymentConfig[],
  router: RetryCounts,
): number {
  return (
    1 +
    Math.max(
      router.retries,
      ...Object.values(router.retriesByException),
      ...deployments.map(({ retries }) => retries ?? 0),
    )
  );
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
