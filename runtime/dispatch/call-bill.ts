import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { FREE, findPrice, priceUse } from '../../lib/prices';
import type { FoundPrice, UnpricedRule } from '../../lib/prices';
import type { AnswerUsage } from '../providers/usage';

/** What somebody may have to pay for: one attempt that reached a provider. */
export interface Charge {
  readonly deployment: DeploymentConfig;
  /** The provider's name of the model that was asked. */
  readonly model: string;
  /** By its own words; read only where the name that was asked has no price. */
  readonly answer: { readonly answeredBy: string | null };
  readonly usage: AnswerUsage;
  /** When it was sent. Unit: milliseconds since 1970. */
  readonly sentAtMs: number;
  readonly seconds: number;
  /** Why it gave no answer; null: it gave one, or was not waited for. */
  readonly failure: string | null;
}

/** Which part of an amount is a guess: what was used, what it costs, or both. */
export type Estimated = 'none' | 'usage' | 'price' | 'both';

export interface PricedCharge {
  readonly charge: Charge;
  /** Unit: millionths of a US dollar. */
  readonly microDollars: number;
  readonly estimated: Estimated;
  readonly price: 'known' | 'unknown';
}

/** An attempt that keeps count of itself. */
export interface BilledAttempt {
  /** To be asked once nobody waits for it any more. Null: its provider bills nothing. */
  readonly charge: Charge | null;
}

/**
 * Every attempt of one call, whoever made it and however it ended: what hedging and failing over cost is the call's, too.
 * Priced once, so that what a client is told and what is written down are the same.
 */
export class CallBill {
  private readonly attempts: BilledAttempt[] = [];
  private priced: readonly PricedCharge[] | null = null;

  add(attempt: BilledAttempt): void {
    this.attempts.push(attempt);
  }

  /** To be asked once the answer is complete; final at the first call. */
  settle(rule: UnpricedRule): readonly PricedCharge[] {
    this.priced ??= this.attempts.flatMap(({ charge }) =>
      charge === null ? [] : [priceCharge(charge, rule)],
    );
    return this.priced;
  }
}

export function priceCharge(charge: Charge, rule: UnpricedRule): PricedCharge {
  const { usage, seconds } = charge;
  const found = selectPrice(charge);
  const price = found.kind === 'known' ? found.price : rule === 'free' ? FREE : found.estimate;
  const isPriceGuessed = found.kind === 'unknown' && rule === 'estimated';
  return {
    charge,
    microDollars: priceUse({ ...usage, seconds }, price) ?? 0,
    estimated: describeEstimate(usage.source, isPriceGuessed ? 'guessed' : 'known'),
    price: found.kind,
  };
}

export function sumMicroDollars(charges: readonly PricedCharge[]): number {
  return charges.reduce((sum, { microDollars }) => sum + microDollars, 0);
}

/** What is a guess in any of the parts is one in the whole. */
export function joinEstimates(estimates: readonly Estimated[]): Estimated {
  const isUsage = estimates.some((each) => each === 'usage' || each === 'both');
  const isPrice = estimates.some((each) => each === 'price' || each === 'both');
  return describeEstimate(isUsage ? 'estimated' : 'told', isPrice ? 'guessed' : 'known');
}

function describeEstimate(usage: AnswerUsage['source'], price: 'known' | 'guessed'): Estimated {
  if (price === 'guessed') return usage === 'estimated' ? 'both' : 'price';
  return usage === 'estimated' ? 'usage' : 'none';
}

function selectPrice({ deployment, model, answer, sentAtMs }: Charge): FoundPrice {
  const found = findPrice(deployment, { model, answeredBy: null, wallMs: sentAtMs });
  if (found.kind === 'known' && found.source !== 'own-machine') return found;
  return findPrice(deployment, { model, answeredBy: answer.answeredBy, wallMs: sentAtMs });
}
