import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { Check, InvariantContext } from './invariant';
import { selectSupported } from './simulated-gateway';
import type { Trace, TraceEvent } from './trace';

/** Endings that a slow provider brings about, which is no fault. */
const TIMEOUTS: ReadonlySet<string | null> = new Set(['provider_timeout', 'provider_stream_cut']);

/**
 * I5. Once no fault is left, and everything that it began is over, each request is answered. A timeout that is shorter
 * than an ordinary answer still takes its toll, which is the configuration's choice.
 */
export const isAlive: Check = ({ result, calls }) => {
  const healedMs = selectHealedMs(result);
  if (healedMs === null) return [];
  const settledMs = selectSettledMs(result.trace, healedMs);
  return calls
    .filter(({ arrive }) => arrive.atMs > settledMs)
    .filter(({ end }) => end?.outcome === 'failed' || end?.outcome === 'cut')
    .filter(({ end }) => !TIMEOUTS.has(end?.error ?? null))
    .map(({ call, end }) => `call ${call} failed (${end?.error}) although all was well again`);
};

/** When the last fault has gone; null: some stay. */
function selectHealedMs({ behaviours }: InvariantContext['result']): number | null {
  const faults = [...behaviours.values()].flatMap((behaviour) => behaviour.faults);
  const lastSeconds = Math.max(0, ...faults.map(({ toSeconds }) => toSeconds));
  return lastSeconds === Infinity ? null : lastSeconds * 1000;
}

/** When the attempts made until then have ended, and the cooldowns they led to as well. */
function selectSettledMs(trace: Trace, healedMs: number): number {
  const troubled = new Set(
    trace.filter(({ kind, atMs }) => kind === 'attempt' && atMs <= healedMs).map(attemptKey),
  );
  const endedMs = trace
    .filter((event) => event.kind === 'outcome' && troubled.has(attemptKey(event)))
    .reduce((last, { atMs }) => Math.max(last, atMs), healedMs);
  return trace.reduce(
    (last, event) =>
      event.kind === 'rest' && event.atMs <= endedMs ? Math.max(last, event.untilMs) : last,
    endedMs,
  );
}

function attemptKey(event: TraceEvent): string {
  return `${event.call}/${'attempt' in event ? event.attempt : 0}`;
}

/** I6. Every attempt ends once, none before it began, none after its request. */
export const isQuiet: Check = ({ result, calls }) => {
  const inFlight = new Map<string, number>();
  const findings: string[] = [];
  for (const event of result.trace) {
    if (event.kind !== 'attempt' && event.kind !== 'outcome') continue;
    const count = (inFlight.get(event.deployment) ?? 0) + (event.kind === 'attempt' ? 1 : -1);
    inFlight.set(event.deployment, count);
    if (count < 0) findings.push(`${event.deployment} had ${count} requests at ${event.atMs} ms`);
  }
  const left = [...inFlight].filter(([, count]) => count > 0);
  const outlasting = calls.flatMap(({ call, events }) => {
    const end = events.findIndex(({ kind }) => kind === 'end');
    return end !== -1 && events.slice(end).some(({ kind }) => kind === 'outcome')
      ? [`call ${call} kept a provider busy after its end`]
      : [];
  });
  return [
    ...findings,
    ...outlasting,
    ...left.map(([id, count]) => `${count} requests to ${id} never ended`),
  ];
};

/** I7. One that cools down is chosen only when all of its group do; one that is rate-limited, before its time not even then. */
export const isRestRespected: Check = ({ result }) => {
  const limits = new RateLimits();
  return result.trace.flatMap((event) => {
    limits.watch(event);
    if (event.kind !== 'attempt' || event.rests === 'no') return [];
    const where = `call ${event.call} asked ${event.deployment} during its rest`;
    if (event.awakeInGroup > 0) return [`${where} while ${event.awakeInGroup} others were awake`];
    return limits.isLimited(event.deployment, event.atMs)
      ? [`${where}, although a rate limit was the reason`]
      : [];
  });
};

/** Who cools down at the provider's own request. A later failure of another kind does not lift it. */
class RateLimits {
  private readonly untilMs = new Map<string, number>();

  watch(event: TraceEvent): void {
    if (event.kind !== 'rest' || event.reason !== 'rate-limit') return;
    const { deployment, untilMs } = event;
    this.untilMs.set(deployment, Math.max(untilMs, this.untilMs.get(deployment) ?? 0));
  }

  isLimited(deployment: string, atMs: number): boolean {
    return (this.untilMs.get(deployment) ?? 0) > atMs;
  }
}

/** I13. A request is turned away unasked only when a whole group is rate-limited: failures alone never empty it. */
export const isNeverEjected: Check = ({ result, calls }) => {
  const deployments = selectSupported(result.config);
  const groups = [...new Set(deployments.map(({ modelName }) => modelName))];
  const unasked = new Set(
    calls.filter(({ attempts }) => attempts.length === 0).map(({ call }) => call),
  );
  const limits = new RateLimits();
  return result.trace.flatMap((event) => {
    limits.watch(event);
    if (event.kind !== 'end' || event.error !== 'no_deployments') return [];
    if (!unasked.has(event.call)) return [];
    const excused = groups.some((group) =>
      deployments
        .filter(({ modelName }) => modelName === group)
        .every(({ id }) => limits.isLimited(id, event.atMs)),
    );
    return excused ? [] : [`call ${event.call} was turned away although no group is rate-limited`];
  });
};

/** Unlikely enough never to happen by chance in any number of simulations one could run. */
const IMPOSSIBLE = 1e-12;

/** I9. A deployment without faults gets requests, as far as chance and its weight allow. */
export const isFair: Check = ({ result }) => {
  const { config, behaviours, trace } = result;
  if (config.router.strategy !== 'simple-shuffle') return [];
  const deployments = selectSupported(config);
  return deployments
    .filter(({ id }) => behaviours.get(id)?.faults.length === 0)
    .flatMap((deployment) => {
      const group = deployments.filter(({ modelName }) => modelName === deployment.modelName);
      const chances = trace.filter(
        (event) =>
          event.kind === 'attempt' &&
          event.group === deployment.modelName &&
          event.awakeInGroup === group.length &&
          event.untriedAwake === group.length,
      );
      const picks = trace.filter(
        (event) => event.kind === 'attempt' && event.deployment === deployment.id,
      );
      const share = selectFairShare(deployment, group);
      return picks.length === 0 && share > 0 && (1 - share) ** chances.length < IMPOSSIBLE
        ? [`${deployment.id} was never asked in ${chances.length} requests to its group`]
        : [];
    });
};

function selectFairShare(deployment: DeploymentConfig, group: readonly DeploymentConfig[]): number {
  const lowest = Math.min(...group.map(({ order }) => order ?? Infinity));
  const peers = group.filter(({ order }) => (order ?? Infinity) === lowest);
  if (!peers.includes(deployment)) return 0;
  const key = (['weight', 'rpm', 'tpm'] as const).find((name) =>
    peers.some((peer) => peer[name] !== null),
  );
  const total = key === undefined ? 0 : peers.reduce((sum, peer) => sum + (peer[key] ?? 0), 0);
  return key === undefined || total === 0 ? 1 / peers.length : (deployment[key] ?? 0) / total;
}

/** I11. A retry asks a deployment again only after every other of its order that is neither cooling down nor known to be failing. */
export const isRetriedElsewhere: Check = ({ calls }) =>
  calls.flatMap(({ call, attempts }) =>
    attempts.flatMap((attempt, index) => {
      const earlier = attempts.slice(0, index);
      const entered = earlier.findLastIndex(({ group }) => group !== attempt.group) + 1;
      const again = earlier
        .slice(entered)
        .some(({ deployment }) => deployment === attempt.deployment);
      return again && attempt.untriedPeers > 0
        ? [`call ${call} asked ${attempt.deployment} again with ${attempt.untriedPeers} untried`]
        : [];
    }),
  );

/** Statuses that say something about the request, not about the provider. */
const CALLERS_MISTAKES: ReadonlySet<number> = new Set([400, 413, 422]);

/** I12. */
export const isNotBlamedForCallers: Check = ({ result, calls }) =>
  calls.flatMap(({ call, events }) => {
    if (result.config.router.cooldownsDisabled) return findRests(call, events);
    return events.flatMap((event, index) => {
      if (event.kind !== 'rest') return [];
      const cause = events
        .slice(0, index)
        .findLast((before) => before.kind === 'outcome' && before.deployment === event.deployment);
      const mistake =
        cause?.kind === 'outcome' && cause.end === 'complete' && CALLERS_MISTAKES.has(cause.status);
      return mistake ? [`call ${call} rested ${event.deployment} by its own mistake`] : [];
    });
  });

function findRests(call: number, events: Trace): readonly string[] {
  return events.some(({ kind }) => kind === 'rest')
    ? [`call ${call} rested a deployment although cooldowns are off`]
    : [];
}
