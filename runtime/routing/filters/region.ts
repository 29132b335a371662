import { NEVER } from './filter';
import type { Filter } from './filter';

/** Google writes `europe-west1` where the others write `eu-`. */
const CONTINENTS: ReadonlyMap<string, readonly string[]> = new Map([['eu', ['eu', 'europe']]]);

/**
 * With `enable_pre_call_checks`: a request with `allowed_model_region` goes to that region alone, `eu` standing for every
 * region whose name begins so. LiteLLM lets a deployment that names no region pass; whoever asks for Europe would rather
 * have no answer than one from nobody knows where.
 */
export const regionFilter: Filter = {
  reason: 'region',
  keep: (candidates, { router, traits }) => {
    const { allowedRegion } = traits;
    if (router.preCallChecks === 'off' || allowedRegion === null) return candidates;
    return candidates.filter(({ region }) => region !== null && isWithin(region, allowedRegion));
  },
  waitMs: NEVER,
};

function isWithin(region: string, allowed: string): boolean {
  const name = region.toLowerCase();
  const wanted = allowed.toLowerCase();
  if (name === wanted) return true;
  return (CONTINENTS.get(wanted) ?? [wanted]).some(
    (prefix) => name === prefix || name.startsWith(`${prefix}-`),
  );
}
