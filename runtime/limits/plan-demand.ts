import type { DeploymentConfig, RouterConfig } from '../../lib/config/gateway-config';
import { findPrice, selectRates } from '../../lib/prices';
import type { FoundPrice, ModelPrice, TokenRates } from '../../lib/prices';
import { GatewayError } from '../errors';
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
  /** Everyone who may be asked, for the fallbacks, too; told only where a budget goes by it. */
  readonly candidates: () => readonly Candidate[];
}

export interface Candidate {
  readonly deployment: DeploymentConfig;
  /** The provider's name of the model. */
  readonly model: string;
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
  readonly unpriced: RouterConfig['budgetUnpriced'];
  /** Some prices hold for hours of the day. Unit: milliseconds since 1970. */
  readonly wallMs: number;
}

export function planDemand(call: CallOutline, context: DemandContext): Demand {
  const { group, choices, maxCompletionTokens } = call;
  const { enforcement, typicalCompletionTokens, affordableMicroDollars } = context;
  const expected = Math.min(maxCompletionTokens ?? Infinity, typicalCompletionTokens);
  const tokens = Math.min(Number.MAX_SAFE_INTEGER, call.promptTokens + expected * choices);
  const unpriced: Demand = { group, tokens, microDollars: 0, completionCapTokens: null };
  if (affordableMicroDollars === null) return unpriced;
  const found = findPrices(call, context.wallMs);
  if (context.unpriced === 'refuse' && found.some(({ kind }) => kind === 'unknown')) {
    throw describeUnpriced(call);
  }
  const prices = found.flatMap((each) => selectReserved(each, context.unpriced));
  const cost = (promptTokens: number, completionTokens: number): number => {
    const dearest = prices.map((price) => {
      const rates = selectRates(price, promptTokens);
      const [input, output] = selectReservedRates(rates, enforcement);
      return price.perRequest + input * promptTokens + output * completionTokens * choices;
    });
    return convertToMicroDollarsAtLeast(Math.max(0, ...dearest));
  };
  if (enforcement === 'estimated') {
    const completion = maxCompletionTokens ?? typicalCompletionTokens;
    return { ...unpriced, microDollars: cost(call.promptTokens, completion) };
  }
  const mostPromptTokens = Math.max(call.promptTokens, call.bodyBytes);
  if (maxCompletionTokens !== null) {
    return { ...unpriced, microDollars: cost(mostPromptTokens, maxCompletionTokens) };
  }
  const forAnswers = affordableMicroDollars - cost(mostPromptTokens, 0);
  const perToken = selectDearestAnswer(prices, mostPromptTokens) * choices * 1_000_000;
  const affordable = perToken === 0 ? Infinity : Math.floor(forAnswers / perToken);
  const cap = Math.max(LEAST_COMPLETION_TOKENS, Math.min(HARD_COMPLETION_TOKENS, affordable));
  return {
    ...unpriced,
    microDollars: cost(mostPromptTokens, cap),
    completionCapTokens: perToken === 0 ? null : cap,
  };
}

function findPrices({ candidates }: CallOutline, wallMs: number): readonly FoundPrice[] {
  return candidates().map(({ deployment, model }) =>
    findPrice(deployment, { model, answeredBy: null, wallMs }),
  );
}

/** Here as in the ledger. */
function selectReserved(
  found: FoundPrice,
  unpriced: DemandContext['unpriced'],
): readonly ModelPrice[] {
  if (found.kind === 'known') return [found.price];
  return unpriced === 'allow' ? [] : [found.estimate];
}

/** A hard budget is set aside for the dearest kind of token: which kinds there will be, the provider alone knows. */
function selectReservedRates(
  rates: TokenRates,
  enforcement: BudgetEnforcement,
): readonly [input: number, output: number] {
  if (enforcement === 'estimated') return [rates.input, rates.output];
  const { cacheWrite, cacheWriteHour, audioInput, audioOutput, reasoning } = rates;
  return [
    Math.max(rates.input, cacheWrite ?? 0, cacheWriteHour ?? 0, audioInput ?? 0),
    Math.max(rates.output, audioOutput ?? 0, reasoning ?? 0),
  ];
}

function selectDearestAnswer(prices: readonly ModelPrice[], promptTokens: number): number {
  const answers = prices.map((price) => {
    const [, output] = selectReservedRates(selectRates(price, promptTokens), 'hard');
    return output;
  });
  return Math.max(0, ...answers);
}

function describeUnpriced({ group }: CallOutline): GatewayError {
  return new GatewayError(
    'model_unpriced',
    `model ${JSON.stringify(group)}, or a fallback of it, has no known price, and a call under a budget must have one; ` +
      'its administrator can set input_cost_per_token, base_model or general_settings.price_list',
    { param: 'model' },
  );
}
