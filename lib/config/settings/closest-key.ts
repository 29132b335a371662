import { distance } from 'fastest-levenshtein';

/** The known key that a typo meant; null where none is close. Short keys differ by two letters by chance. */
export function closestKey(key: string, known: readonly string[]): string | null {
  const most = key.length < 6 ? 1 : 2;
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(key, candidate) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= most ? best.candidate : null;
}
