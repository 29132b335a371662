import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { BilledAttempt, Charge } from '../../runtime/dispatch/call-bill';
import type { AnswerUsage } from '../../runtime/providers/usage';

export const TOLD: AnswerUsage = {
  source: 'told',
  promptTokens: 7,
  completionTokens: 3,
  kinds: null,
};

/** One attempt that its provider answered and bills; name what the test is about. */
export function charge(deployment: DeploymentConfig, parts: Partial<Charge> = {}): Charge {
  return {
    deployment,
    model: deployment.providerModel,
    answer: { answeredBy: null },
    usage: TOLD,
    sentAtMs: 1_700_000_000_000,
    seconds: 1,
    failure: null,
    ...parts,
  };
}

export function attempt(deployment: DeploymentConfig, parts: Partial<Charge> = {}): BilledAttempt {
  return { charge: charge(deployment, parts) };
}
