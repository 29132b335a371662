import type { Transfer } from './transfer';

/** How a budget is divided before anything was handed over: by region, all of the same order everywhere. */
export interface RegionWeight {
  readonly region: string;
  /** Relative to the others'; positive. */
  readonly weight: number;
}

/** Adds up to the whole exactly: what does not divide goes to the first. */
export function planInitialShares(
  limitMicroDollars: number,
  regions: readonly RegionWeight[],
): ReadonlyMap<string, number> {
  const sum = regions.reduce((total, { weight }) => total + weight, 0);
  const parts = regions.map(
    ({ region, weight }) => [region, Math.floor((limitMicroDollars * weight) / sum)] as const,
  );
  const rest = limitMicroDollars - parts.reduce((total, [, part]) => total + part, 0);
  return new Map(parts.map(([region, part], at) => [region, at === 0 ? part + rest : part]));
}

export interface RegionShare {
  /** What the region was given, first and since. Unit: micro-dollars. */
  readonly received: number;
  /** What it handed on. Unit: micro-dollars. */
  readonly given: number;
}

/**
 * What each region may spend is `received − given`. Only a region itself writes what it gives, out of what is free there,
 * so a region that knows of too few transfers knows of too little money: late, doubled and reordered news never make more
 * of it.
 */
export function reduceShares(
  initial: ReadonlyMap<string, number>,
  transfers: Iterable<Transfer>,
): ReadonlyMap<string, RegionShare> {
  const shares = new Map<string, RegionShare>(
    [...initial].map(([region, received]) => [region, { received, given: 0 }]),
  );
  const seen = new Set<string>();
  for (const { stamp, fromRegion, toRegion, microDollars } of transfers) {
    if (seen.has(stamp)) continue;
    seen.add(stamp);
    const from = shares.get(fromRegion) ?? NO_SHARE;
    shares.set(fromRegion, { ...from, given: from.given + microDollars });
    const to = shares.get(toRegion) ?? NO_SHARE;
    shares.set(toRegion, { ...to, received: to.received + microDollars });
  }
  return shares;
}

const NO_SHARE: RegionShare = { received: 0, given: 0 };

/** What a region can still spend or hand on, as far as is known. */
export interface RegionMoney {
  readonly region: string;
  readonly freeMicroDollars: number;
}

export interface PlannedTransfer {
  readonly toRegion: string;
  readonly microDollars: number;
}

/** A region is helped when it has less than this part of what each would have if all had the same. */
const LOW = 0.5;

/**
 * What one region should hand to others now. Regions that run low are filled up to the mean by those above it, each in
 * proportion to its surplus. Between low and the mean nothing moves, so money does not go to and fro; and nobody needs to
 * ask for it, so a region that has refused everything for want of money still gets some.
 */
export function planTransfers(
  giver: string,
  regions: readonly RegionMoney[],
): readonly PlannedTransfer[] {
  const free = regions.map((money) => Math.max(0, money.freeMicroDollars));
  const mean = free.reduce((sum, amount) => sum + amount, 0) / Math.max(1, regions.length);
  const surplusOf = (amount: number): number => Math.max(0, amount - mean);
  const surplus = free.reduce((sum, amount) => sum + surplusOf(amount), 0);
  const own = regions.findIndex(({ region }) => region === giver);
  const ownSurplus = surplusOf(free[own] ?? 0);
  if (ownSurplus === 0) return [];
  return regions
    .map(({ region }, at) => {
      const amount = free[at] ?? 0;
      const need = amount < LOW * mean ? mean - amount : 0;
      return { toRegion: region, microDollars: Math.floor((need * ownSurplus) / surplus) };
    })
    .filter(({ microDollars }) => microDollars > 0);
}
