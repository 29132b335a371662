import { z } from 'zod';

/**
 * How far a reader has read of one region: the latest moment of storing it saw, and how many changes it saw within the
 * overlap before that moment. Changes are never taken away, so the same pair means that nothing was added.
 */
export interface RegionPosition {
  /** Unit: milliseconds since 1970, by the database's clock. */
  readonly headMs: number;
  readonly recent: number;
}

/** Region → how far. */
export type ChangePosition = ReadonlyMap<string, RegionPosition>;

/**
 * A transaction may become visible after a later one. None lives nearly as long as this, so whoever reads again from so
 * far back misses nothing. Unit: milliseconds.
 */
export const OVERLAP_MS = 60_000;

const POSITION = z.record(z.string(), z.tuple([z.number(), z.number()]));

export function renderPosition(position: ChangePosition): string {
  return JSON.stringify(
    Object.fromEntries([...position].map(([region, at]) => [region, [at.headMs, at.recent]])),
  );
}

/** A text that is no position leads to the beginning: reading too much does no harm. */
export function parsePosition(text: string | null): ChangePosition {
  const parsed = POSITION.safeParse(parseJson(text ?? '{}'));
  if (!parsed.success) return new Map();
  return new Map(
    Object.entries(parsed.data).map(([region, [headMs, recent]]) => [region, { headMs, recent }]),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
