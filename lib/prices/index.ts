export { COST_FIELDS, parseCosts } from './cost-fields';
export type { Costs } from './cost-fields';
export { EMPTY_PRICE_LIST, findMaxInputTokens, findPrice } from './find-price';
export type {
  FoundPrice,
  PricedDeployment,
  PriceList,
  PriceListEntry,
  PriceQuestion,
  PriceSource,
  UnpricedRule,
} from './find-price';
export { FREE } from './model-price';
export type { ModelPrice, PriceTier, TokenRates } from './model-price';
export { priceUse, selectRates } from './price-use';
export type { PricedUse, TokenKinds } from './price-use';
