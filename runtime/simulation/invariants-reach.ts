import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { Check, InvariantContext } from './invariant';
import type { CallHistory } from './select-calls';
import { resolveFewestRetries } from './most-attempts';
import { selectSupported } from './simulated-gateway';
import type { TraceEvent } from './trace';

/** What the gateway itself needs to move on. Unit: milliseconds. */
const GRACE_MS = 50;
/** Statuses that say something about the request, which another deployment of the model would not change. */
const CALLERS_MISTAKES: ReadonlySet<number> = new Set([400, 413, 422]);

type Of<K extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: K }>;

/** I14. A call fails only if no allowed, healthy deployment was left within its deadline. */
export const isReached: Check = (context) => {
  const world = new World(context);
  return context.calls
    .filter(({ end }) => end?.outcome === 'failed')
    .flatMap((call) =>
      world
        .selectLeft(call)
        .map(({ id }) => `call ${call.call} failed (${call.end?.error}) and ${id} was not asked`),
    );
};

/** What was true of the deployments, whatever the gateway believed. */
class World {
  private readonly deployments: readonly DeploymentConfig[];
  private readonly outcomes: ReadonlyMap<string, readonly Of<'outcome'>[]>;
  private readonly rests: ReadonlyMap<string, readonly Of<'rest'>[]>;

  constructor(private readonly context: InvariantContext) {
    const { trace, config } = context.result;
    this.deployments = selectSupported(config);
    this.outcomes = groupByDeployment(
      trace.flatMap((event) => (event.kind === 'outcome' ? [event] : [])),
    );
    this.rests = groupByDeployment(
      trace.flatMap((event) => (event.kind === 'rest' ? [event] : [])),
    );
  }

  /** Those that would have answered, that the call might have asked, and did not. */
  selectLeft(call: CallHistory): readonly DeploymentConfig[] {
    const { arrive, attempts, end } = call;
    if (end === null || end.atMs + GRACE_MS >= arrive.deadlineMs) return [];
    const tried = new Set(attempts.map(({ deployment }) => deployment));
    const reachable = this.selectReachable(call);
    return this.deployments.filter(
      (deployment) =>
        !tried.has(deployment.id) &&
        reachable.has(deployment.modelName) &&
        this.isAllowed(deployment, call) &&
        this.isHealthy(deployment, { fromMs: arrive.atMs, toMs: end.atMs }),
    );
  }

  /** The call's own model, and whatever its fallbacks and theirs lead to. */
  private selectReachable({ arrive, attempts }: CallHistory): ReadonlySet<string> {
    const { fallbacks, defaultFallbacks, maxFallbacks } = this.context.result.config.router;
    const asked = new Set(attempts.map(({ group }) => group));
    asked.delete(arrive.model);
    if (asked.size >= maxFallbacks) return new Set([arrive.model, ...asked]);
    const reachable = new Set([arrive.model]);
    // A set that is added to while it is walked also yields what was added.
    for (const model of reachable) {
      for (const next of fallbacks[model] ?? defaultFallbacks) reachable.add(next);
    }
    return reachable;
  }

  /** Whether `num_retries` leaves the call an attempt at deployments of that order. */
  private isAllowed({ modelName, order }: DeploymentConfig, call: CallHistory): boolean {
    const inGroup = call.attempts.filter(({ group }) => group === modelName);
    const last = call.outcomes.find(({ attempt }) => attempt === inGroup.at(-1)?.attempt);
    if (last !== undefined && this.isCallersMistake(last)) return false;
    const orders = new Map(this.deployments.map((each) => [each.id, each.order]));
    const inOrder = inGroup.filter(({ deployment }) => orders.get(deployment) === order);
    return (
      inOrder.length <= resolveFewestRetries(this.deployments, this.context.result.config.router)
    );
  }

  private isCallersMistake({ deployment, status, fault }: Of<'outcome'>): boolean {
    if (fault !== 'error-event') return CALLERS_MISTAKES.has(status);
    // It stands inside an answer of status 200.
    const faults = this.context.result.behaviours.get(deployment)?.faults ?? [];
    return faults.some((each) => each.kind === fault && CALLERS_MISTAKES.has(each.status));
  }

  /** Without a fault for as long as the call lasted, and with no reason for the gateway to think otherwise. */
  private isHealthy({ id }: DeploymentConfig, during: Period): boolean {
    const faults = this.context.result.behaviours.get(id)?.faults ?? [];
    const hasFault = faults.some(
      ({ fromSeconds, toSeconds }) =>
        fromSeconds * 1000 <= during.toMs && toSeconds * 1000 >= during.fromMs,
    );
    const rested = (this.rests.get(id) ?? []).some(
      ({ atMs, untilMs }) => atMs <= during.toMs && untilMs >= during.fromMs,
    );
    const known = (this.outcomes.get(id) ?? []).filter(({ end }) => end !== 'aborted');
    // One that failed last may be waiting for the answer of a probe.
    const wasWell = [during.fromMs, during.toMs].every((nowMs) => {
      const last = known.findLast(({ atMs }) => atMs <= nowMs);
      return last === undefined || isAnswer(last);
    });
    return !hasFault && !rested && wasWell;
  }
}

interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

function isAnswer({ end, status, fault }: Of<'outcome'>): boolean {
  return end === 'complete' && status === 200 && (fault === null || fault === 'slow');
}

export function groupByDeployment<T extends { readonly deployment: string }>(
  events: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const event of events) {
    const group = groups.get(event.deployment);
    if (group === undefined) groups.set(event.deployment, [event]);
    else group.push(event);
  }
  return groups;
}
