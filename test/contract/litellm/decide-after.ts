import { reduceAttempt, startCallState } from '../../../runtime/routing/call-state';
import { decide } from '../../../runtime/routing/decide';
import type { DecisionContext } from '../../../runtime/routing/decide';
import type { Decision } from '../../../runtime/routing/decision';
import type { Failure } from '../../../runtime/routing/failure';
import { TRIED } from '../../support/open-deployments';
import { deployment, routerConfig } from '../../support/gateway-config-builder';

/** What follows the given number of attempts at `gpt-4o`, all failed; a lone deployment unless the context says more. */
export function decideAfter(
  attempts: number,
  failure: Failure,
  context: Partial<DecisionContext> = {},
): Decision {
  const state = Array.from({ length: attempts }).reduce<ReturnType<typeof startCallState>>(
    (before, _, index) => reduceAttempt(before, deployment({ id: `id-${index}` })),
    startCallState('gpt-4o'),
  );
  return decide({ kind: 'failed', failure, when: 'before-first-byte' }, state, {
    nowMs: 0,
    deadlineMs: 600_000,
    random: 0,
    router: routerConfig(),
    available: 1,
    open: [TRIED],
    deploymentRetries: null,
    requestedRetries: null,
    requestedFallbacks: [],
    fallbacks: 'allowed',
    ...context,
  });
}
