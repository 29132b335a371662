import type { Failure } from './failure';
import type { Refusal } from './filters/filter';
import { namesOf } from './param-support';
import type { RequestTraits } from './request-traits';

export interface RefusalContext {
  readonly traits: RequestTraits;
  /** When to try again where nothing tells. Unit: seconds. */
  readonly cooldownSeconds: number;
}

const LEAST_WAIT_MS = 1_000;

/** Why no deployment was asked, in LiteLLM's words where it has some. */
export function describeRefusal(
  refusal: Refusal,
  { traits, cooldownSeconds }: RefusalContext,
): Failure {
  if (refusal.reason === 'unusable') return unusable(refusal.because);
  const { reason, waitMs } = refusal;
  switch (reason) {
    case 'resting':
    case 'rate-limits': {
      const soonMs = waitMs > 0 ? Math.max(LEAST_WAIT_MS, waitMs) : cooldownSeconds * 1000;
      return {
        kind: 'no_deployments',
        status: 429,
        message: `No deployments available for selected model, try again in ${Math.ceil(soonMs / 1000)} seconds`,
        retryAfterMs: soonMs,
      };
    }
    case 'budgets':
      return {
        kind: 'no_deployments',
        status: 429,
        message: 'No deployments available - crossed budget: every deployment has spent its own',
        retryAfterMs: waitMs > 0 ? waitMs : null,
      };
    case 'tags':
      return {
        kind: 'tags_not_allowed',
        status: 401,
        message: `Not allowed to access model due to tags configuration: no deployment has ${traits.tags.map((tag) => JSON.stringify(tag)).join(', ')}`,
        retryAfterMs: null,
      };
    case 'context-window':
      return {
        kind: 'provider_context_window',
        status: 400,
        message: `the prompt has about ${traits.promptTokens} tokens, more than any deployment of the model takes`,
        retryAfterMs: null,
      };
    case 'region':
      return unsuitable(
        `no deployment of the model is in the region ${JSON.stringify(traits.allowedRegion)}`,
      );
    case 'response-format':
      return unsuitable('no deployment of the model answers by a JSON schema');
    case 'parameters':
      return unsuitable(
        `no deployment of the model supports all of these parameters: ${namesOf(traits.modelParams).join(', ')}; ` +
          'leave out what it does not take, have it dropped by drop_params: true (here, or in litellm_settings), ' +
          'or name it in allowed_openai_params to send it all the same',
      );
  }
}

function unusable(reasons: readonly string[]): Failure {
  return {
    kind: 'model_not_usable',
    status: 501,
    message: `no deployment of the model can be used: ${reasons.join('; ')}`,
    retryAfterMs: null,
  };
}

function unsuitable(message: string): Failure {
  return { kind: 'no_suitable_deployment', status: 400, message, retryAfterMs: null };
}
