import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { selectTokenPrice } from '../routing/known-models';
import type { TokenPrice } from '../routing/known-models';
import { convertToMicroDollarsAtLeast } from './money';

/** What is known of a call before it is made. */
export interface CallOutline {
  readonly group: string;
  /** The customer that it is for; null: it names none. */
  readonly endUser: string | null;
  /** An estimate. */
  readonly promptTokens: number;
  /** Length of the body: no text has more tokens than bytes. */
  readonly bodyBytes: number;
  /** `max_completion_tokens` or `max_tokens`; null: the client sets no bound. */
  readonly maxCompletionTokens: number | null;
  /** OpenAI's `n`: answers asked for at once. */
  readonly choices: number;
  /** Every deployment that may be asked, those of the fallbacks included. */
  readonly deployments: readonly DeploymentConfig[];
}

/**
 * How a budget is kept while answers are still being written.
 *
 * `estimated`: an answer of unknown length counts as one of usual length until it is there. Requests reach the provider
 * as the client wrote them, and a budget may be overspent by what the answers in flight are longer than usual.
 * `hard`: the most that a call can cost is set aside, and a call without `max_tokens` is given one. A budget is never
 * overspent, and long answers are cut.
 */
export type BudgetEnforcement = 'estimated' | 'hard';

/**
 * Clients that set no bound expect none, and LiteLLM sets none either: cutting answers is for an administrator to ask
 * for.
 */
export const STANDARD_ENFORCEMENT: BudgetEnforcement = 'estimated';

/** Longest answer of a call that has no bound of its own where budgets are hard. Unit: tokens. */
export const HARD_COMPLETION_TOKENS = 4096;
/** An answer that is cut shorter helps nobody: rather none. Unit: tokens. */
const LEAST_COMPLETION_TOKENS = 16;

/** What a call is going to use, as far as anyone knows. */
export interface Demand {
  readonly group: string;
  /** Of prompt and answer. */
  readonly tokens: number;
  readonly microDollars: number;
  /** The bound to be sent to the provider with each answer; null: the request goes as it is. Unit: tokens. */
  readonly completionCapTokens: number | null;
}

export interface DemandContext {
  readonly enforcement: BudgetEnforcement;
  readonly typicalCompletionTokens: number;
  /** What the tightest budget has left, as far as this replica knows; null: no budget applies. Unit: micro-dollars. */
  readonly affordableMicroDollars: number | null;
}

export function planDemand(call: CallOutline, context: DemandContext): Demand {
  const { group, choices, maxCompletionTokens } = call;
  const { enforcement, typicalCompletionTokens, affordableMicroDollars } = context;
  const expected = Math.min(maxCompletionTokens ?? Infinity, typicalCompletionTokens);
  const tokens = Math.min(Number.MAX_SAFE_INTEGER, call.promptTokens + expected * choices);
  const unpriced: Demand = { group, tokens, microDollars: 0, completionCapTokens: null };
  if (affordableMicroDollars === null) return unpriced;
  const price = selectDearestPrice(call.deployments);
  const cost = (promptTokens: number, completionTokens: number): number =>
    convertToMicroDollarsAtLeast(
      price.input * promptTokens + price.output * completionTokens * choices,
    );
  if (enforcement === 'estimated') {
    const completion = maxCompletionTokens ?? typicalCompletionTokens;
    return { ...unpriced, microDollars: cost(call.promptTokens, completion) };
  }
  const mostPromptTokens = Math.max(call.promptTokens, call.bodyBytes);
  if (maxCompletionTokens !== null) {
    return { ...unpriced, microDollars: cost(mostPromptTokens, maxCompletionTokens) };
  }
  const forAnswers = affordableMicroDollars - cost(mostPromptTokens, 0);
  const perToken = price.output * choices * 1_000_000;
  const affordable = perToken === 0 ? Infinity : Math.floor(forAnswers / perToken);
  const cap = Math.max(LEAST_COMPLETION_TOKENS, Math.min(HARD_COMPLETION_TOKENS, affordable));
  return {
    ...unpriced,
    microDollars: cost(mostPromptTokens, cap),
    completionCapTokens: price.output === 0 ? null : cap,
  };
}

/** The call may go to any of them. A price that nobody knows counts as nothing, here as in the ledger. */
function selectDearestPrice(deployments: readonly DeploymentConfig[]): TokenPrice {
  return deployments.reduce<TokenPrice>(
    (dearest, deployment) => {
      const price = selectTokenPrice(deployment);
      if (price === null) return dearest;
      return {
        input: Math.max(dearest.input, price.input),
        output: Math.max(dearest.output, price.output),
      };
    },
    { input: 0, output: 0 },
  );
}
