import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Decision } from './decision';
import { isInFirstGroup, selectAttemptsInOrder } from './call-state';
import type { CallState } from './call-state';
import { selectFallbacks } from './select-fallbacks';
import { selectBlame, selectRetriesByException } from './failure';
import type { Failure } from './failure';
import { planRetryDelayMs } from './retry-delay';

/** How an attempt ended. */
export type Outcome =
  | { readonly kind: 'answered' }
  /**
   * `after-first-byte`: the client has seen part of the answer, so nothing may be tried again. `without-attempt`: a drill
   * plays the failure of a whole group, so its retries are taken for used up.
   */
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly when: 'before-first-byte' | 'after-first-byte' | 'without-attempt';
    };

export interface DecisionContext {
  readonly nowMs: number;
  /** The call gives its answer, or its error, until then. */
  readonly deadlineMs: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  readonly router: RouterConfig;
  /** Deployments of the current group that are not cooling down, now that the failure has been counted. */
  readonly available: number;
  /** Those of them that have a place in their retry budgets for this call. */
  readonly open: readonly OpenDeployment[];
  /** The failed deployment's own `num_retries`. */
  readonly deploymentRetries: number | null;
  /** The client's `num_retries`. */
  readonly requestedRetries: number | null;
  /** The client's own `fallbacks`. */
  readonly requestedFallbacks: readonly string[];
  readonly fallbacks: 'allowed' | 'disabled';
}

/** A deployment that may take the next attempt. */
export interface OpenDeployment {
  /** Infinity: none. */
  readonly order: number;
  /** By this call. */
  readonly tried: 'yes' | 'no';
}

/** The one place that says what follows an attempt. */
export function decide(outcome: Outcome, state: CallState, context: DecisionContext): Decision {
  if (outcome.kind === 'answered') return { kind: 'answer' };
  if (outcome.when === 'after-first-byte') return { kind: 'fail' };
  const fallback = decideFallback(outcome.failure, state, context);
  // A group that is cooling down as a whole is left at once when there is a fallback.
  if (fallback !== null && context.available === 0) return fallback;
  if (outcome.when === 'without-attempt') return fallback ?? { kind: 'fail' };
  return decideRetry(outcome.failure, state, context) ?? fallback ?? { kind: 'fail' };
}

function decideRetry(
  failure: Failure,
  state: CallState,
  context: DecisionContext,
): Decision | null {
  if (failure.kind === 'no_deployments' || failure.kind === 'model_not_usable') return null;
  const retries = resolveRetries(failure, { ...context, group: state.group, model: state.model });
  // Whatever is wrong with the request is wrong with it everywhere in this group.
  if (retries === 0 && selectBlame(failure.kind) === 'caller') return null;
  if (context.nowMs >= context.deadlineMs) return null;
  const isSpent = (order: number): boolean => selectAttemptsInOrder(state, order) > retries;
  const left = context.open.filter(({ order }) => !isSpent(order));
  const spentOrders = [...state.orders, Infinity].filter(isSpent);
  // Another deployment first: it has not failed, so there is nothing to wait for.
  if (left.some(({ tried }) => tried === 'no')) return { kind: 'retry', afterMs: 0, spentOrders };
  // No use in asking the same deployment again when it refused the key or does not have the model.
  if (left.length === 0 || selectBlame(failure.kind) === 'deployment') return null;
  const afterMs = planRetryDelayMs(failure, {
    earlierRetries: Math.max(0, state.attemptsInGroup - 1),
    random: context.random,
    router: context.router,
  });
  if (afterMs === null || context.nowMs + afterMs >= context.deadlineMs) return null;
  return { kind: 'retry', afterMs, spentOrders };
}

/**
 * LiteLLM's order: the kind's entry in the group's `model_group_retry_policy`, or in `retry_policy` for groups without one;
 * the deployment's number, the client's, the router's. One number holds, they never multiply.
 */
export function resolveRetries(
  failure: Failure,
  context: Pick<DecisionContext, 'router' | 'deploymentRetries' | 'requestedRetries'> & {
    readonly model: string;
    readonly group: string;
  },
): number {
  const { retriesByGroup, retriesByException } = context.router;
  // Behind a wildcard a model may be called `constructor`.
  const name = [context.model, context.group].find((each) => Object.hasOwn(retriesByGroup, each));
  const policy = (name === undefined ? undefined : retriesByGroup[name]) ?? retriesByException;
  const byException = selectRetriesByException(failure.kind, policy);
  if (byException !== null) return byException;
  if (selectBlame(failure.kind) === 'caller') return 0;
  return context.deploymentRetries ?? context.requestedRetries ?? context.router.retries;
}

function decideFallback(
  failure: Failure,
  state: CallState,
  context: DecisionContext,
): Decision | null {
  if (context.nowMs >= context.deadlineMs) return null;
  const [group, ...waitingGroups] = planFallbacks(failure, state, context);
  return group === undefined ? null : { kind: 'fallback', group, waitingGroups };
}

/** Every group the call may still move to, nearest first. */
export function planFallbacks(
  failure: Failure,
  state: CallState,
  context: Pick<DecisionContext, 'router' | 'requestedFallbacks' | 'fallbacks'>,
): readonly string[] {
  if (context.fallbacks === 'disabled') return [];
  if (state.fallbacks >= context.router.maxFallbacks) return [];
  const { modelGroupAlias } = context.router;
  // Under their own names, or an alias would lead back into a group that has just failed.
  const requested = context.requestedFallbacks;
  const nearest =
    requested.length === 0
      ? selectFallbacks(failure, state, context.router)
      : isInFirstGroup(state)
        ? requested
        : [];
  return [...nearest, ...state.waitingGroups]
    .map((name) => modelGroupAlias[name] ?? name)
    .filter(
      (name, index, all) => !state.visitedGroups.includes(name) && all.indexOf(name) === index,
    );
}
