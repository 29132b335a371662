import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { Decision } from './decision';
import type { Failure } from './failure';

/** How far one call has come: which group it is in, what it tried, where it may still go. */
export interface CallState {
  /** Attempts in all groups, the running one included; hedges are none. */
  readonly attempts: number;
  /** Attempts in the present group, the running one included. */
  readonly attemptsInGroup: number;
  /** The name by which the present group was asked for: fallbacks are looked up under it. */
  readonly model: string;
  /** The group's own name; for the model `openai/gpt-4o` it may be `openai/*`. */
  readonly group: string;
  /** The `order` of each attempt in the present group, where it has one. */
  readonly orders: readonly number[];
  /** Orders of the present group that have had their attempts. */
  readonly spentOrders: readonly number[];
  /** Ids of the deployments tried in the present group. */
  readonly tried: readonly string[];
  /** Retries over all groups, for `x-litellm-attempted-retries`. */
  readonly retries: number;
  /** Groups that were asked as a fallback. One in which nobody could be asked is none. */
  readonly fallbacks: number;
  /** By the names they were asked for by. */
  readonly visitedGroups: readonly string[];
  /** Fallbacks still to be tried, nearest first. */
  readonly waitingGroups: readonly string[];
  /** What the client is told when everything failed: the first group's last failure. */
  readonly originalFailure: Failure | null;
}

const NONE: readonly never[] = [];

export function startCallState(model: string, group = model): CallState {
  return {
    attempts: 0,
    attemptsInGroup: 0,
    model,
    group,
    orders: NONE,
    spentOrders: NONE,
    tried: NONE,
    retries: 0,
    fallbacks: 0,
    visitedGroups: [model],
    waitingGroups: NONE,
    originalFailure: null,
  };
}

/** Whether the call is still where it was sent to. */
export function isInFirstGroup({ visitedGroups }: Pick<CallState, 'visitedGroups'>): boolean {
  return visitedGroups.length === 1;
}

/** Attempts in the present group at deployments of the order; Infinity: at those without one. */
export function selectAttemptsInOrder(
  { attemptsInGroup, orders }: Pick<CallState, 'attemptsInGroup' | 'orders'>,
  order: number,
): number {
  if (order === Infinity) return attemptsInGroup - orders.length;
  return orders.reduce((count, each) => count + (each === order ? 1 : 0), 0);
}

export function reduceAttempt(
  state: CallState,
  { id, order }: Pick<DeploymentConfig, 'id' | 'order'>,
): CallState {
  const entersFallback = state.attemptsInGroup === 0 && !isInFirstGroup(state);
  return {
    ...state,
    attempts: state.attempts + 1,
    attemptsInGroup: state.attemptsInGroup + 1,
    orders: order === null ? state.orders : [...state.orders, order],
    tried: state.tried.includes(id) ? state.tried : [...state.tried, id],
    fallbacks: state.fallbacks + (entersFallback ? 1 : 0),
  };
}

/** A deployment that is asked beside another one: no retry, but tried. */
export function reduceHedge(state: CallState, deploymentId: string): CallState {
  return { ...state, tried: [...state.tried, deploymentId] };
}

/**
 * What the client is told: what the model that it asked for failed with. That nobody was left to ask in the end says less
 * than why; and where the model can never answer, its fallback is the real one, and tells of what passes.
 */
function selectOriginal(state: CallState, failure: Failure): Failure | null {
  const { originalFailure } = state;
  if (originalFailure === null || originalFailure.kind === 'model_not_usable') return failure;
  return isInFirstGroup(state) && failure.kind !== 'no_deployments' ? failure : originalFailure;
}

export function reduceDecision(state: CallState, decision: Decision, failure: Failure): CallState {
  const originalFailure = selectOriginal(state, failure);
  switch (decision.kind) {
    case 'retry':
      return {
        ...state,
        retries: state.retries + 1,
        spentOrders: decision.spentOrders,
        originalFailure,
      };
    case 'fallback':
      return {
        ...state,
        attemptsInGroup: 0,
        model: decision.group,
        group: decision.group,
        orders: NONE,
        spentOrders: NONE,
        tried: NONE,
        visitedGroups: [...state.visitedGroups, decision.group],
        waitingGroups: decision.waitingGroups,
        originalFailure,
      };
    case 'answer':
    case 'fail':
      return { ...state, originalFailure };
  }
}

/** The call has entered the group that its model's name stands for. */
export function reduceEntry(state: CallState, group: string): CallState {
  return state.group === group ? state : { ...state, group };
}
