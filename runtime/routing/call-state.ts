import type { Decision } from './decision';
import type { Failure } from './failure';

/** How far one call has come: which group it is in, what it tried, where it may still go. */
export interface CallState {
  /** Attempts in all groups, the running one included; hedges are none. */
  readonly attempts: number;
  /** Attempts in the present group, the running one included. */
  readonly attemptsInGroup: number;
  readonly group: string;
  /** Ids of the deployments tried in the present group. */
  readonly tried: readonly string[];
  /** Retries over all groups, for `x-litellm-attempted-retries`. */
  readonly retries: number;
  /** Groups entered as a fallback. */
  readonly fallbacks: number;
  readonly visitedGroups: readonly string[];
  /** Fallbacks still to be tried, nearest first. */
  readonly waitingGroups: readonly string[];
  /** What the client is told when everything failed: the first group's last failure. */
  readonly originalFailure: Failure | null;
}

export function startCallState(group: string): CallState {
  return {
    attempts: 0,
    attemptsInGroup: 0,
    group,
    tried: [],
    retries: 0,
    fallbacks: 0,
    visitedGroups: [group],
    waitingGroups: [],
    originalFailure: null,
  };
}

export function reduceAttempt(state: CallState, deploymentId: string): CallState {
  return {
    ...state,
    attempts: state.attempts + 1,
    attemptsInGroup: state.attemptsInGroup + 1,
    tried: state.tried.includes(deploymentId) ? state.tried : [...state.tried, deploymentId],
  };
}

/** A deployment that is asked beside another one: no retry, but tried. */
export function reduceHedge(state: CallState, deploymentId: string): CallState {
  return { ...state, tried: [...state.tried, deploymentId] };
}

/** Where the first group can never answer, its fallback is the real one, and tells of what passes. */
function selectOriginal(state: CallState, failure: Failure): Failure | null {
  const isFirst = state.fallbacks === 0 || state.originalFailure?.kind === 'model_not_usable';
  return isFirst ? failure : state.originalFailure;
}

export function reduceDecision(state: CallState, decision: Decision, failure: Failure): CallState {
  const originalFailure = selectOriginal(state, failure);
  switch (decision.kind) {
    case 'retry':
      return { ...state, retries: state.retries + 1, originalFailure };
    case 'fallback':
      return {
        ...state,
        attemptsInGroup: 0,
        group: decision.group,
        tried: [],
        fallbacks: state.fallbacks + 1,
        visitedGroups: [...state.visitedGroups, decision.group],
        waitingGroups: decision.waitingGroups,
        originalFailure,
      };
    case 'answer':
    case 'fail':
      return { ...state, originalFailure };
  }
}
