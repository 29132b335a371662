import { ANY_PROVIDER, providerOf } from '../config/provider-of';
import { parseCosts } from './cost-fields';
import type { Costs } from './cost-fields';
import {
  findDearestPrice,
  findListedModel,
  findListedProvider,
  selectListedPrice,
} from './list-price';
import type { ListedModel } from './list-price';
import { FREE } from './model-price';
import type { ModelPrice } from './model-price';
import { isOwnMachine } from './own-machine';
import { selectListedModel, selectListedName } from './provider-names';

/** What of a deployment its price depends on. */
export interface PricedDeployment {
  readonly provider: string;
  readonly providerModel: string;
  readonly litellmModel: string;
  readonly apiBase: string | null;
  readonly baseModel: string | null;
  readonly inputCostPerToken: number | null;
  readonly outputCostPerToken: number | null;
  readonly otherCosts: Costs;
  readonly priceList: PriceList;
}

/** A user's own prices, in the form of LiteLLM's map of models: by `provider/model`, or by model. */
export type PriceList = Readonly<Record<string, PriceListEntry>>;

export interface PriceListEntry {
  readonly costs: Costs;
  /** Null: not said. Unit: tokens. */
  readonly maxInputTokens: number | null;
}

export const EMPTY_PRICE_LIST: PriceList = {};

/** Where a price is from. */
export type PriceSource =
  /** The deployment's own parameters. */
  | 'deployment'
  /** The user's own list. */
  | 'own-list'
  /** The public list. */
  | 'public-list'
  /** A server of one's own, for which nobody sends a bill. */
  | 'own-machine';

export type FoundPrice =
  | { readonly kind: 'known'; readonly price: ModelPrice; readonly source: PriceSource }
  /** Nobody knows; `estimate` is the most that a model of the provider costs. */
  | { readonly kind: 'unknown'; readonly estimate: ModelPrice };

/** What is done about a model whose price nobody knows. */
export type UnpricedRule =
  /** It is charged the most that any model of its provider costs. */
  | 'estimated'
  /** It costs nothing. */
  | 'free';

/** What is asked of the prices. */
export interface PriceQuestion {
  /** The provider's name of the model, as it is asked; of a wildcard, with what the star stood for. */
  readonly model: string;
  /** What the answer says who gave it; null: nothing yet. Asked only where the name alone has no price. */
  readonly answeredBy: string | null;
  /** When the call began: some prices hold for hours of the day. Unit: milliseconds since 1970. */
  readonly wallMs: number;
}

/** A provider whose prices nobody lists is taken for this one, the dearest there is. */
const DEAREST_PROVIDER = 'openai';

/**
 * The price of a call, by who knows it best: the deployment's own parameters, the user's list, the public list; each asked
 * for the `base_model` first, then for the model that was asked, then for the one that answered.
 */
export function findPrice(deployment: PricedDeployment, question: PriceQuestion): FoundPrice {
  const own = selectOwnPrice(deployment);
  if (own !== null) return { kind: 'known', price: own, source: 'deployment' };
  const entry = findEntry(deployment, question);
  if (entry.kind === 'own-list') return { kind: 'known', price: entry.price, source: 'own-list' };
  const listed = entry.kind === 'listed' ? selectListedPrice(entry.model, question.wallMs) : null;
  if (listed !== null) return { kind: 'known', price: listed, source: 'public-list' };
  if (isOwnMachine(deployment.provider, deployment.apiBase)) {
    return { kind: 'known', price: FREE, source: 'own-machine' };
  }
  return { kind: 'unknown', estimate: selectEstimate(deployment) };
}

/** The longest prompt that the lists know of; null: they don't. Unit: tokens. */
export function findMaxInputTokens(deployment: PricedDeployment, model: string): number | null {
  for (const spelling of selectSpellings(deployment, { model, answeredBy: null })) {
    const own = selectListEntry(deployment.priceList, spelling)?.maxInputTokens ?? null;
    if (own !== null) return own;
  }
  const entry = findEntry(deployment, { model, answeredBy: null });
  return entry.kind === 'listed' ? entry.model.contextTokens : null;
}

type Entry =
  | { readonly kind: 'own-list'; readonly price: ModelPrice }
  | { readonly kind: 'listed'; readonly model: ListedModel }
  | { readonly kind: 'none' };

const NONE: Entry = { kind: 'none' };
/** What the lists said before, by what they were asked. Names of a wildcard are the client's to invent, hence the bound. */
const FOUND = new WeakMap<PricedDeployment, Map<string, Entry>>();
const MOST_FOUND = 1000;

function findEntry(
  deployment: PricedDeployment,
  question: Pick<PriceQuestion, 'model' | 'answeredBy'>,
): Entry {
  const { model, answeredBy } = question;
  const asked = recall(deployment, model);
  if (asked.kind !== 'none' || answeredBy === null || answeredBy === model) return asked;
  return deployment.baseModel === null ? recall(deployment, answeredBy) : asked;
}

function recall(deployment: PricedDeployment, model: string): Entry {
  let found = FOUND.get(deployment);
  if (found === undefined) FOUND.set(deployment, (found = new Map()));
  const known = found.get(model);
  if (known !== undefined) return known;
  const entry = search(deployment, model);
  if (found.size >= MOST_FOUND) found.clear();
  found.set(model, entry);
  return entry;
}

function search(deployment: PricedDeployment, model: string): Entry {
  const spellings = selectSpellings(deployment, { model, answeredBy: null });
  for (const spelling of spellings) {
    const costs = selectListEntry(deployment.priceList, spelling)?.costs;
    const price = costs === undefined ? null : parseCosts(costs);
    if (price !== null) return { kind: 'own-list', price };
  }
  for (const { provider, providerModel } of spellings) {
    const listedProvider = selectProvider(deployment, provider);
    const listed = findListedModel(
      listedProvider,
      selectListedModel(listedProvider, providerModel),
    );
    if (listed !== null) return { kind: 'listed', model: listed };
  }
  return NONE;
}

interface Spelling {
  readonly provider: string;
  readonly providerModel: string;
}

/** A base model may name another provider: `base_model: azure/gpt-4o`. */
function selectSpellings(
  { provider, baseModel }: PricedDeployment,
  { model }: Pick<PriceQuestion, 'model' | 'answeredBy'>,
): readonly Spelling[] {
  const asked =
    provider === ANY_PROVIDER ? providerOf(model, null) : { provider, providerModel: model };
  if (baseModel === null) return [asked];
  const base = { provider: asked.provider, providerModel: baseModel };
  return baseModel.includes('/') ? [base, providerOf(baseModel, null), asked] : [base, asked];
}

function selectListEntry(
  list: PriceList,
  { provider, providerModel }: Spelling,
): PriceListEntry | undefined {
  // A client may ask a wildcard for `toString`.
  const name = [`${provider}/${providerModel}`, providerModel].find((each) =>
    Object.hasOwn(list, each),
  );
  return name === undefined ? undefined : list[name];
}

function selectOwnPrice(deployment: PricedDeployment): ModelPrice | null {
  const known = OWN.get(deployment);
  if (known !== undefined) return known;
  const { inputCostPerToken, outputCostPerToken, otherCosts } = deployment;
  const price = parseCosts({
    ...(inputCostPerToken === null ? {} : { input_cost_per_token: inputCostPerToken }),
    ...(outputCostPerToken === null ? {} : { output_cost_per_token: outputCostPerToken }),
    ...otherCosts,
  });
  OWN.set(deployment, price);
  return price;
}

/** A deployment is asked for in each request, and stays what it is. */
const OWN = new WeakMap<PricedDeployment, ModelPrice | null>();

/** Whatever speaks like OpenAI is configured as OpenAI with another address, which then tells who it is. */
function selectProvider({ apiBase }: PricedDeployment, provider: string): string {
  if (provider === 'openai' && apiBase !== null) return findListedProvider(apiBase) ?? provider;
  return selectListedName(provider);
}

function selectEstimate(deployment: PricedDeployment): ModelPrice {
  const known = ESTIMATES.get(deployment);
  if (known !== undefined) return known;
  const dearest =
    findDearestPrice(selectProvider(deployment, deployment.provider)) ??
    findDearestPrice(DEAREST_PROVIDER) ??
    FREE;
  ESTIMATES.set(deployment, dearest);
  return dearest;
}

const ESTIMATES = new WeakMap<PricedDeployment, ModelPrice>();
