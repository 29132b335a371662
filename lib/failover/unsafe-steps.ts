import type { Procedure, ServiceCall, Step } from './procedure';

/** A step that cannot be taken when it is needed, or that harms when it is. */
export interface UnsafeStep {
  readonly stepId: string;
  readonly reason: string;
}

/** Where the control planes of services that AWS runs once for the whole world live. */
const GLOBAL_HOME = 'us-east-1';

/**
 * Names the steps that would fail together with what they are to mend: those that run in the lost region, call a control
 * plane of it, or call one that the whole world shares and that lives in us-east-1; and those that stand before what makes
 * them safe.
 *
 * @see AWS Fault Isolation Boundaries, appendix B
 */
export function findUnsafeSteps(procedure: Procedure): readonly UnsafeStep[] {
  const lostRegion = procedure.kind === 'failover' ? procedure.region : null;
  return procedure.steps.flatMap((step, index) =>
    [
      ...findPlaceFaults(step, lostRegion),
      ...step.calls.flatMap((call) => findCallFaults(call, lostRegion)),
      ...findOrderFaults(step, procedure.steps.slice(0, index)),
      ...findGuardFaults(step, procedure.steps),
    ].map((reason) => ({ stepId: step.id, reason })),
  );
}

function findPlaceFaults(step: Step, lostRegion: string | null): readonly string[] {
  return step.runsIn === lostRegion ? [`runs in ${step.runsIn}, which is lost`] : [];
}

function findCallFaults(call: ServiceCall, lostRegion: string | null): readonly string[] {
  if (call.plane === 'data') return [];
  if (call.home === lostRegion) {
    return [`calls the control plane of ${call.service} in ${call.home}, which is lost`];
  }
  if (call.scope === 'global' && call.home === GLOBAL_HOME) {
    return [`calls the control plane of ${call.service}, which lives in ${GLOBAL_HOME} alone`];
  }
  return [];
}

function findOrderFaults(step: Step, earlier: readonly Step[]): readonly string[] {
  return step.requires
    .filter((required) => !earlier.some(({ id }) => id === required))
    .map((required) => `requires ${required}, which does not come before it`);
}

/** What moves writes waits for the fence, and what moves clients waits for the verification. */
function findGuardFaults(step: Step, all: readonly Step[]): readonly string[] {
  const requires = (phase: Step['phase']): boolean =>
    all.some(({ id, phase: other }) => other === phase && reaches(step, id, all));
  if (step.action.kind === 'promote-database' && !requires('fence')) {
    return ['promotes a database before the old writer is fenced'];
  }
  if (step.action.kind === 'set-region-switch' && !requires('verify')) {
    return ['moves clients before the region they go to is verified'];
  }
  return [];
}

/** Whether a step waits for another, by however many steps between. Each step is looked at once: a circle ends too. */
function reaches(step: Step, wanted: string, all: readonly Step[]): boolean {
  const seen = new Set<string>();
  const queue = [...step.requires];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (id === wanted) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    queue.push(...(all.find((candidate) => candidate.id === id)?.requires ?? []));
  }
  return false;
}
